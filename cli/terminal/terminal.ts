/** The abilities of the terminal that the command was started from, if any. */
export interface Terminal {
  /** Somebody is there to answer: prompts and the browser make sense. */
  interactive: boolean;
  /** stderr is a terminal: a line of progress may be redrawn on it. */
  progress: boolean;
  /** Results may be coloured. */
  color: boolean;
  /** Columns for results; infinite where they go to a file or a pipe, which nothing should cut. */
  width: number;
}

interface Streams {
  stdin: { isTTY?: boolean };
  stdout: { isTTY?: boolean; columns?: number };
  stderr: { isTTY?: boolean };
}

/**
 * The terminal of a process.
 *
 * @see https://no-color.org
 */
export function terminalOf(streams: Streams, env: Record<string, string | undefined>): Terminal {
  const attended = !isSet(env.CI);
  const isTTY = streams.stdout.isTTY === true;
  return {
    interactive: attended && streams.stdin.isTTY === true && streams.stderr.isTTY === true,
    progress: attended && streams.stderr.isTTY === true && env.TERM !== 'dumb',
    color: isTTY && !isSet(env.NO_COLOR) && env.TERM !== 'dumb',
    width: isTTY ? columnsOf(streams.stdout) : Number.POSITIVE_INFINITY,
  };
}

/** Some pseudo-terminals, as of `script` and of containers, say that they have none. */
export function columnsOf({ columns }: { columns?: number }): number {
  return columns || 80;
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== 'false' && value !== '0';
}
