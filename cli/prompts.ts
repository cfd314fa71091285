import { CommandError, exitCodes } from './command-error';
import type { Io } from './io';
import type { ProfiledStack } from './stack-outputs';

/** The stack that is meant; asks where there are several and somebody is there to answer. */
export async function chooseStack<T extends { stack: ProfiledStack }>(located: T[], io: Io): Promise<T> {
  if (located.length === 1) return located[0];
  const stacks = located.map(({ stack }) => stack);
  const regions = [...new Set(stacks.map(({ region }) => region))];
  if (!io.terminal.interactive) {
    throw new CommandError(
      `${stacks.length} stacks have profiled functions.`,
      `Choose one with --stack:\n${stacks.map((stack) => `  ${stack.name}${regions.length > 1 ? `  (--region ${stack.region})` : ''}`).join('\n')}`,
    );
  }
  const { isCancel, select } = await import('@clack/prompts');
  const answer = await select({
    message: `Which stack? (account ${stacks[0].account}, region ${regions.join(', ')})`,
    options: stacks.map((stack, index) => ({
      value: index,
      label: regions.length > 1 ? `${stack.name} in ${stack.region}` : stack.name,
      hint: stack.functions.map((fn) => fn.name).join(', '),
    })),
    output: process.stderr,
  });
  if (isCancel(answer)) throw cancelled();
  return located[answer];
}

/** @throws CommandError where the answer is no, or nobody is there to answer */
export function confirmDeletion(question: string, io: Io): Promise<void> {
  return confirmed(
    question,
    ['Nothing was deleted: nobody is there to be asked.', 'Run it with --yes to delete these.'],
    io,
  );
}

/** @throws CommandError where the answer is no, or nobody is there to answer */
export function confirmChange(question: string, io: Io): Promise<void> {
  return confirmed(
    question,
    ['Nothing was changed: nobody is there to be asked.', 'Run it with --yes to change these.'],
    io,
  );
}

async function confirmed(question: string, unattended: [message: string, remedy: string], io: Io): Promise<void> {
  if (!io.terminal.interactive) throw new CommandError(...unattended);
  const { confirm, isCancel } = await import('@clack/prompts');
  const answer = await confirm({ message: question, initialValue: false, output: process.stderr });
  if (isCancel(answer) || !answer) throw cancelled();
}

/** The code that an MFA device shows now. */
export async function askMfaCode(device: string): Promise<string> {
  const { isCancel, text } = await import('@clack/prompts');
  const answer = await text({ message: `Code of the MFA device ${device}`, output: process.stderr });
  if (isCancel(answer)) throw cancelled();
  return answer;
}

function cancelled(): CommandError {
  return new CommandError('Cancelled.', 'Nothing was done.', { exitCode: exitCodes.interrupted });
}
