import { randomUUID } from 'node:crypto';

/**
 * The life of one runtime process as Lambda's Runtime and Extensions APIs see it: which calls are allowed when, and who
 * still has to ask for the next event. A port of the state machines of AWS's runtime interface emulator, without its
 * external extensions; no I/O.
 *
 * @see https://github.com/aws/aws-lambda-runtime-interface-emulator/tree/develop/internal/lambda/core
 */
export class RuntimeSession {
  /** Settles when the runtime and every registered extension have asked for their first event. */
  readonly initialized: Promise<void>;
  /** What the runtime posted to `/init/error`. */
  initError?: RuntimeResponse;
  /** Set by the first extension that reported an error; then the reason for which the process is said to have failed. */
  extensionError?: 'Extension.InitError' | 'Extension.ExitError';

  readonly #resolveInitialized: () => void;
  readonly #extensions = new Map<string, Extension>();
  #registrationOpen = true;
  #runtime: RuntimeState = 'Started';
  #answerRuntime?: Answer<Invocation>;
  #current?: CurrentInvocation;

  constructor() {
    const { promise, resolve } = deferred<void>();
    this.initialized = promise;
    this.#resolveInitialized = resolve;
  }

  get hasExtensions(): boolean {
    return this.#extensions.size > 0;
  }

  /**
   * Hands an invocation to the runtime and to the extensions that subscribed to `INVOKE`. All of them must be waiting.
   *
   * @returns the response, when the runtime has posted it, and the moment when all have asked for the next event; both
   * stay pending if the process ends before
   */
  invoke(invocation: Invocation): { response: Promise<RuntimeResponse>; idle: Promise<void> } {
    const response = deferred<RuntimeResponse>();
    const idle = deferred<void>();
    this.#current = { invocation, respond: response.resolve, finish: idle.resolve };
    // Lambda tells all at the same time. Here the runtime is first: it is to respond no later for the others' sake.
    this.#runtime = 'Running';
    this.#answerRuntime?.(invocation);
    for (const extension of this.#extensions.values()) {
      if (!extension.events.includes('INVOKE')) continue;
      extension.state = 'Running';
      extension.answer?.(invocation);
    }
    return { response: response.promise, idle: idle.promise };
  }

  /** `GET /runtime/invocation/next`: `answer` is called with the next invocation, now or later. */
  runtimeNext(answer: Answer<Invocation>): void {
    if (this.#runtime === 'Running') {
      // The runtime asks again before it responded: it gets the same invocation again.
      if (this.#current) answer(this.#current.invocation);
      return;
    }
    if (!['Started', 'Ready', 'RuntimeResponseSentState'].includes(this.#runtime)) {
      throw this.#runtimeTransitionError('Ready');
    }
    this.#registrationOpen = false;
    this.#runtime = 'Ready';
    this.#answerRuntime = answer;
    this.#checkIdle();
  }

  /** The runtime begins to post a response, or an error, for `requestId`. */
  beginResponse(requestId: string, state: 'InvocationResponse' | 'InvocationErrorResponse'): void {
    if (requestId !== this.#current?.invocation.requestId) {
      throw new RuntimeApiError(400, 'InvalidRequestID', 'Invalid request ID');
    }
    if (this.#runtime !== 'Running') throw this.#runtimeTransitionError(state);
    this.#runtime = state;
  }

  /** The response that `beginResponse` announced has arrived, whole or not. */
  completeResponse(response: RuntimeResponse): void {
    this.#runtime = 'RuntimeResponseSentState';
    this.#current?.respond(response);
  }

  /** `POST /runtime/init/error` */
  failInit(error: RuntimeResponse): void {
    if (this.#runtime !== 'Started') throw this.#runtimeTransitionError('InitError');
    this.#runtime = 'InitError';
    this.initError = error;
  }

  /**
   * `POST /extension/register` from inside the runtime process.
   *
   * @returns the extension's identifier
   */
  registerExtension(name: string, events: string[]): string {
    if (name === '') throw forbidden('Extension.InvalidExtensionName', 'Empty extension name');
    for (const event of events) {
      if (event === 'INVOKE') continue;
      const reason = event === 'SHUTDOWN' ? 'ShutdownEventNotSupportedForInternalExtension' : 'ErrorInvalidEventType';
      throw forbidden('Extension.InvalidEventType', `${event}: ${reason}`);
    }
    if (!this.#registrationOpen) {
      throw forbidden('Extension.RegistrationClosed', 'Extension registration closed already');
    }
    if (this.#extensions.size >= MAX_EXTENSIONS) {
      throw forbidden('Extension.TooManyExtensions', `Extension limit (${MAX_EXTENSIONS}) reached`);
    }
    if ([...this.#extensions.values()].some((extension) => extension.name === name)) {
      throw forbidden('Extension.InvalidExtensionState', 'Extension with this name already registered');
    }
    const id = randomUUID();
    this.#extensions.set(id, { name, events, state: 'Registered' });
    return id;
  }

  /** `GET /extension/event/next`: `answer` is called with the next invocation. */
  extensionNext(id: string | undefined, answer: Answer<Invocation>): void {
    const extension = this.#extension(id);
    if (extension.state !== 'Registered' && extension.state !== 'Running') {
      throw extensionTransitionError(extension, 'Ready');
    }
    extension.state = 'Ready';
    extension.answer = answer;
    this.#checkIdle();
  }

  /** `POST /extension/init/error` and `/extension/exit/error`. Repeated calls are accepted; the first one counts. */
  failExtension(id: string | undefined, errorType: string | undefined, state: 'InitError' | 'ExitError'): void {
    const extension = this.#extension(id);
    if (!errorType) throw forbidden('Extension.MissingHeader', 'Lambda-Extension-Function-Error-Type not found');
    const allowed: ExtensionState[] =
      state === 'InitError' ? ['Registered', 'InitError'] : ['Registered', 'Ready', 'Running', 'ExitError'];
    if (!allowed.includes(extension.state)) {
      throw extensionTransitionError(extension, state === 'InitError' ? 'InitError' : 'Exited');
    }
    extension.state = state;
    this.extensionError ??= `Extension.${state}`;
  }

  #extension(id: string | undefined): Extension {
    if (!id) throw forbidden('Extension.MissingExtensionIdentifier', 'Missing Lambda-Extension-Identifier header');
    if (!UUID.test(id)) {
      throw forbidden('Extension.InvalidExtensionIdentifier', 'Invalid Lambda-Extension-Identifier');
    }
    const extension = this.#extensions.get(id.toLowerCase());
    if (!extension) throw forbidden('Extension.UnknownExtensionIdentifier', `Unknown extension ${id}`);
    return extension;
  }

  #checkIdle(): void {
    if (this.#runtime !== 'Ready') return;
    if ([...this.#extensions.values()].some((extension) => extension.state !== 'Ready')) return;
    this.#resolveInitialized();
    this.#current?.finish();
    this.#current = undefined;
  }

  #runtimeTransitionError(to: RuntimeState): RuntimeApiError {
    return forbidden(
      'InvalidStateTransition',
      `State transition from ${this.#runtime} to ${to} failed for runtime. Error: ${NOT_ALLOWED}`,
    );
  }
}

/** What the runtime and the extensions learn of an invocation. */
export interface Invocation {
  requestId: string;
  payload: Buffer;
  /** Milliseconds since the epoch. */
  deadlineMs: number;
  invokedFunctionArn: string;
  traceId: string;
  /** JSON in ASCII; absent: none. */
  clientContext?: string;
  /** JSON in ASCII; absent: none. */
  cognitoIdentity?: string;
}

/** What the runtime posted in answer to an invocation, or instead of getting ready for one. */
export interface RuntimeResponse {
  payload: Buffer;
  contentType?: string;
  /** Present for an error: what the runtime said it was. */
  errorType?: string;
  /** Present for a streamed response: the trailers, with names in lower case. */
  trailers?: Record<string, string>;
}

/** A refusal with the status and the body that Lambda's APIs answer with. */
export class RuntimeApiError extends Error {
  constructor(
    readonly status: number,
    readonly type: string,
    message: string,
  ) {
    super(message);
  }
}

/** Lambda's limit, external and internal extensions together. */
const MAX_EXTENSIONS = 10;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const NOT_ALLOWED = 'State transition is not allowed';

type Answer<T> = (event: T) => void;

/** Names as in the emulator: they show in error messages. */
type RuntimeState =
  | 'Started'
  | 'InitError'
  | 'Ready'
  | 'Running'
  | 'InvocationResponse'
  | 'InvocationErrorResponse'
  | 'RuntimeResponseSentState';

type ExtensionState = 'Registered' | 'Ready' | 'Running' | 'InitError' | 'ExitError';

interface Extension {
  name: string;
  events: string[];
  state: ExtensionState;
  answer?: Answer<Invocation>;
}

interface CurrentInvocation {
  invocation: Invocation;
  respond(response: RuntimeResponse): void;
  finish(): void;
}

function forbidden(type: string, message: string): RuntimeApiError {
  return new RuntimeApiError(403, type, message);
}

function extensionTransitionError(extension: Extension, to: string): RuntimeApiError {
  return forbidden(
    'Extension.InvalidExtensionState',
    `State transition from ${extension.state} to ${to} failed for extension ${extension.name}. Error: ${NOT_ALLOWED}`,
  );
}

function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((fulfil) => {
    resolve = fulfil;
  });
  return { promise, resolve };
}
