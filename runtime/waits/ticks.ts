import { captureOrigin, type Origin } from '../stacks/origin';
import { announced, replaceMethod } from './patched-methods';
import type { Recorder } from './recorder';

const OPENS_STREAM = 'constructNT';

/**
 * Remembers where callbacks of `process.nextTick` came from: V8 follows promises, not callbacks, and pools of database
 * connections (pg, mysql2) hand out a connection in one. Functions without a name only, as they are written at the call:
 * those of node:stream's own have one, and lead nowhere, but for the one that opens the file of a stream.
 *
 * The callback stays as it is: what it came from is noted in a tick of its own right before.
 */
export function observeTicks(recorder: Recorder): void {
  const { log } = recorder;
  const note = (origin: Origin) => recorder.ledBy(origin);
  replaceMethod(process, 'nextTick', (original) => {
    const nextTick = original as (callback: (...args: never[]) => void, ...args: unknown[]) => void;
    return announced(original, (_process, callback) => {
      if (typeof callback !== 'function' || recorder.isPaused) return;
      if (callback.name !== '' && callback.name !== OPENS_STREAM) return;
      if (recorder.mayCapture('tick')) nextTick.call(process, note, captureOrigin(log.cause));
    });
  });
}
