import type { Readable, Writable } from 'node:stream';
import { CommandError, exitCodes } from './command-error';
import type { Io } from './io';
import { printable } from './printable';

/** An answer to choose. */
export interface Choice {
  value: string;
  label: string;
  hint?: string;
}

/** The streams for questions and answers. */
export interface PromptStreams {
  input?: Readable;
  output?: Writable;
}

/**
 * Asks a question with several answers. If they do not fit on a screen, typing filters them.
 *
 * @param initial - the answer that Enter gives; default: the first
 * @throws CommandError if it is cancelled
 */
export async function choose(
  message: string,
  choices: Choice[],
  initial?: string,
  { input, output = process.stderr }: PromptStreams = {},
): Promise<string> {
  const { autocomplete, isCancel, select } = await import('@clack/prompts');
  const known = choices.some(({ value }) => value === initial) ? initial : choices[0]?.value;
  // The library shows the hint of the choice in question only; the others help to get there.
  const options = choices.map(({ value, label, hint }) => ({
    value,
    label: printable(hint ? `${label} (${hint})` : label),
  }));
  const question = { message: printable(message), options, initialValue: known, maxItems: mostChoices, input, output };
  const answer = choices.length > mostChoices ? await autocomplete(question) : await select(question);
  if (isCancel(answer)) throw cancelled();
  return answer;
}

/** Answers that fit on a screen. */
const mostChoices = 12;

/** @throws CommandError if the answer is no, or if there is no terminal */
export function confirmDeletion(question: string, io: Io): Promise<void> {
  return confirmed(
    question,
    ['Nothing was deleted: a confirmation requires a terminal.', 'Run it with --yes to delete these.'],
    io,
  );
}

/** @throws CommandError if the answer is no, or if there is no terminal */
export function confirmChange(question: string, io: Io): Promise<void> {
  return confirmed(
    question,
    ['Nothing was changed: a confirmation requires a terminal.', 'Run it with --yes to change these.'],
    io,
  );
}

async function confirmed(question: string, unattended: [message: string, remedy: string], io: Io): Promise<void> {
  if (!io.terminal.interactive) throw new CommandError(...unattended);
  const { confirm, isCancel } = await import('@clack/prompts');
  const answer = await confirm({ message: printable(question), initialValue: false, output: process.stderr });
  if (isCancel(answer) || !answer) throw cancelled();
}

/** The code that an MFA device shows now. */
export async function askMfaCode(device: string): Promise<string> {
  const { isCancel, text } = await import('@clack/prompts');
  const answer = await text({ message: printable(`Code of the MFA device ${device}`), output: process.stderr });
  if (isCancel(answer)) throw cancelled();
  return answer;
}

function cancelled(): CommandError {
  return new CommandError('Cancelled.', 'Nothing was done.', { exitCode: exitCodes.interrupted });
}
