import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A clock that a file moves: it holds what is added to `Date.now()`, milliseconds. Read once for each invocation. */
const CLOCK = `
const { readFileSync } = require('node:fs');
const { now } = Date;
const RealDate = Date;
let offset = 0;
let readAt = -Infinity;
const shifted = () => {
  const at = performance.now();
  if (at - readAt > 5) {
    readAt = at;
    try { offset = Number(readFileSync(process.env.CHAOS_CLOCK, 'utf8')) || 0; } catch {} // Being written at this moment: the offset stays.
  }
  return now() + offset;
};
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, self) => Reflect.construct(target, args.length === 0 ? [shifted()] : args, self === Date ? target : self),
  apply: () => new RealDate(shifted()).toString(),
});
RealDate.now = shifted;
`;

const FULL_DISK = `
if (process.env.CHAOS_FULL_DISK) {
  const fs = require('node:fs');
  const fail = () => { throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' }); };
  for (const name of ['writeFileSync', 'appendFileSync', 'mkdirSync', 'mkdtempSync', 'createWriteStream', 'writeFile', 'appendFile', 'mkdir']) fs[name] = fail;
  for (const name of ['openSync', 'open']) {
    const original = fs[name];
    fs[name] = (path, flags, ...rest) => (/[wa+]/.test(String(flags ?? 'r')) ? fail() : original(path, flags, ...rest));
  }
}
`;

/** The functions' side of clock jumps and full disks: variables for their environment, and how to move the clock. */
export class Preloads {
  readonly #clockFile: string;
  readonly #script: string;

  /** @param directory where the files are kept; the caller removes it */
  constructor(directory: string) {
    this.#clockFile = join(directory, 'clock');
    this.#script = join(directory, 'preload.cjs');
    writeFileSync(this.#script, CLOCK + FULL_DISK);
    this.moveClock(0);
  }

  environment(fullDisk: boolean): Record<string, string> {
    return {
      NODE_OPTIONS: `--require ${this.#script}`,
      CHAOS_CLOCK: this.#clockFile,
      ...(fullDisk ? { CHAOS_FULL_DISK: '1' } : {}),
    };
  }

  /** @param offsetMs what the functions' clocks are wrong by, from now on */
  moveClock(offsetMs: number): void {
    writeFileSync(this.#clockFile, String(offsetMs));
  }
}
