/** The exit codes of the command. `--help` lists them, too. */
export const exitCodes = { ok: 0, failure: 1, usage: 2, regression: 3, inconclusive: 4, interrupted: 130 } as const;

/** The text on exit codes for `--help`. */
export const exitCodesHelp = `
Exit codes:
  0  done
  1  failed: the message says why, and how to fix it
  2  invalid usage
  130  interrupted (Ctrl-C)`;

/** A failure that the person at the terminal can do something about: shown as two sentences, without a stack trace. */
export class CommandError extends Error {
  override readonly name = 'CommandError';

  /**
   * @param message the failure and its subject: one sentence
   * @param remedy the next step: one sentence, or several lines
   */
  constructor(
    message: string,
    readonly remedy: string,
    options: { cause?: unknown; exitCode?: number } = {},
  ) {
    super(message, { cause: options.cause });
    this.exitCode = options.exitCode ?? exitCodes.failure;
  }

  readonly exitCode: number;
}

/** The text for `error` on stderr. */
export function errorText(error: unknown, debug: boolean): string {
  const lines: string[] = [];
  if (error instanceof CommandError) {
    // Further lines are indented, so that no quoted line looks like a message of the command.
    lines.push(
      ...`profiled-fn: ${error.message}\n${error.remedy}`.split('\n').map((line, i) => (i === 0 ? line : `  ${line}`)),
    );
  } else {
    const message = error instanceof Error ? error.message || error.name : String(error);
    lines.push(
      `profiled-fn: unexpected failure: ${message.replaceAll('\n', '\n  ')}`,
      '  PROFILED_FN_DEBUG=1 shows the stack trace.',
    );
  }
  if (debug) {
    for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) lines.push(cause.stack ?? '');
  }
  return `${lines.join('\n')}\n`;
}

/** The exit code of `error`. */
export function exitCodeOf(error: unknown): number {
  return error instanceof CommandError ? error.exitCode : exitCodes.failure;
}
