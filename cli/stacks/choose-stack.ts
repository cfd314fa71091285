import { CommandError } from '../terminal/command-error';
import type { Io } from '../terminal/io';
import { choose } from '../terminal/prompts';
import type { ProfiledStack } from './stack-outputs';

/** The stack that is meant; asks if there are several and somebody is there to answer. */
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
  const answer = await choose(
    `Which stack? (account ${stacks[0].account}, region ${regions.join(', ')})`,
    stacks.map((stack, index) => ({
      value: String(index),
      label: regions.length > 1 ? `${stack.name} in ${stack.region}` : stack.name,
      hint: stack.functions.map((fn) => fn.name).join(', '),
    })),
  );
  return located[Number(answer)];
}
