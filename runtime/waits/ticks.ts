import { captureOrigin, type Origin } from '../stacks/origin';
import type { Recorder } from './recorder';
import { followed, replaceMethod } from './transparent';

/** Stacks that are captured for callbacks in one turn of the event loop. */
const MAX_IN_A_TURN = 16;

/**
 * Remembers where callbacks of `process.nextTick` came from: V8 follows promises, not callbacks, and pools of database
 * connections (pg, mysql2) hand out a connection in one. Functions without a name only, as they are written at the call:
 * those of node:stream's own have one, and lead nowhere.
 *
 * The callback stays as it is: what it came from is noted in a tick of its own right before.
 */
export function observeTicks(recorder: Recorder): void {
  const { log } = recorder;
  const note = (origin: Origin) => {
    log.cause = origin;
  };
  let turn = -1;
  let left = 0;
  replaceMethod(process, 'nextTick', (original) => {
    const nextTick = original as (callback: (...args: never[]) => void, ...args: unknown[]) => void;
    return followed(original, (call, _self, [callback]) => {
      if (recorder.isPaused || typeof callback !== 'function' || callback.name !== '') return call();
      if (log.turn !== turn) {
        turn = log.turn;
        left = MAX_IN_A_TURN;
      }
      if (left-- > 0) nextTick.call(process, note, captureOrigin(log.cause));
      return call();
    });
  });
}
