import { createHook } from 'node:async_hooks';

/** What node:process has for a signal that is listened to. */
interface SignalHandle {
  onsignal: () => void;
  start(signal: number): void;
  unref(): void;
  close(): void;
}

/** The number of the signal, on all systems: to load node:os for it takes half a millisecond of a cold start. */
const SIGTERM = 15;
/** A signal that nobody listens to, and that does nothing by itself. */
const UNUSED = 'SIGURG';

/** SIGTERM, taken note of next to the listeners of the user's code: these do not see it, and count as many as without. */
export class Termination {
  readonly #handle: SignalHandle | undefined;
  #isHeard = false;

  /** To be made before the user's code is loaded. */
  constructor() {
    const Handle = handleClass();
    this.#handle = Handle && new Handle();
    this.#handle?.unref();
  }

  /**
   * To be called once the user's code is loaded: who listens only once has gone from the listeners when it comes first.
   *
   * @param then is called before the user's listeners, or after them, with whether there are any
   */
  onSignal(then: (isHeard: boolean) => void): void {
    const handle = this.#handle;
    this.#look();
    const onSignal = () => {
      this.#look();
      then(this.#isHeard);
    };
    if (handle) {
      handle.onsignal = onSignal;
      handle.start(SIGTERM);
    } else process.prependOnceListener('SIGTERM', onSignal);
  }

  #look(): void {
    if (process.listenerCount('SIGTERM') > 0) this.#isHeard = true;
  }

  /** Ends the process as the signal would have without us. */
  end(): void {
    this.#handle?.close();
    process.kill(process.pid, 'SIGTERM');
  }
}

/** The class of the handles, which Node.js gives to nobody but its own hooks. */
function handleClass(): (new () => SignalHandle) | undefined {
  let handle: object | undefined;
  const hook = createHook({
    init(_id, type, _trigger, resource) {
      if (type === 'SIGNALWRAP') handle = resource;
    },
  });
  const listener = () => {};
  hook.enable();
  try {
    process.on(UNUSED, listener).off(UNUSED, listener);
  } finally {
    hook.disable();
  }
  return handle?.constructor as (new () => SignalHandle) | undefined;
}
