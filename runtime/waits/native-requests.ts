import { nativeBinding } from '../native-binding';
import { NativePromise, nativeThen } from '../native-promise';
import { attempt } from './never-throwing';
import type { Operation } from './operation';
import { replaceMethod } from './patched-methods';
import type { Recorder } from './recorder';

/** The object that Node.js makes of a request to its native half. */
interface NativeRequest {
  /** Of DNS, set before the request is made. */
  readonly hostname?: string;
  /** False where it is not followed. */
  [OPERATION]?: Operation | false | undefined;
  [VALUE]?: unknown;
}

const OPERATION = Symbol('operation');
const VALUE = Symbol('value');

/** The native half for files, as far as it is used here. */
interface FileBinding {
  FSReqCallback: { prototype: object };
  FileHandle: { prototype: object };
}

/** The native half for DNS, as far as it is used here. */
interface DnsBinding {
  GetAddrInfoReqWrap: { prototype: object };
  GetNameInfoReqWrap: { prototype: object };
  QueryReqWrap: { prototype: object };
}

/** What files are asked for, by the functions of the native half. Others are made of these, or take no time. */
const FILE_REQUESTS: Readonly<Record<string, string>> = {
  ...{ open: 'file open', openFileHandle: 'file open' },
  ...{ read: 'file read', readBuffers: 'file read' },
  ...{ writeBuffer: 'file write', writeBuffers: 'file write', writeString: 'file write' },
  ...{ fdatasync: 'file sync', fsync: 'file sync', fstat: 'file stat', lstat: 'file stat', stat: 'file stat' },
};
const OTHER_FILE_REQUESTS = 'access close copyFile ftruncate link mkdir mkdtemp readdir rename rmdir symlink unlink';

// Before the user's code can replace it.
const { captureStackTrace } = Error;

/**
 * Sees what Node.js asks of its native half and gets an answer to from another thread: files, `crypto`, `zlib` and DNS.
 *
 * Such a request is an object that is given a function when it is made, which is looked up when it has been answered.
 * So a property of what these objects inherit from sees both, and no function of the user's is wrapped. (zlib has a
 * number in place of the function, for each part that it works on.) Promises of files have no such object: they are seen
 * where the native half hands them out, to node:fs/promises, which awaits them. A version of Node.js without these has no
 * such waits.
 */
export function observeNativeRequests(recorder: Recorder): void {
  const files = nativeBinding('fs') as FileBinding | undefined;
  const dns = nativeBinding('cares_wrap') as DnsBinding | undefined;
  if (files) observeFiles(files, recorder);
  if (dns) {
    const name = ({ hostname }: NativeRequest) => `dns ${hostname}`;
    for (const { prototype } of [dns.QueryReqWrap, dns.GetAddrInfoReqWrap, dns.GetNameInfoReqWrap]) {
      observeCallback(prototype, 'oncomplete', name, recorder);
    }
  }
}

function observeFiles(files: FileBinding, recorder: Recorder): void {
  const { prototype } = files.FSReqCallback;
  // Named below; what reads whole files asks without these functions.
  observeCallback(prototype, 'oncomplete', () => 'file read', recorder);
  const jobs = Object.getPrototypeOf(prototype) as object;
  // `PBKDF2Job`: what makes it is not to be had, but what all requests inherit from is.
  observeCallback(jobs, 'ondone', (job) => `crypto ${job.constructor.name.replace(/Job$/, '')}`, recorder);
  observeZlib(jobs, recorder);
  const others = OTHER_FILE_REQUESTS.split(' ').map((name) => [name, `file ${name}`]);
  for (const [name, what] of [...Object.entries(FILE_REQUESTS), ...others]) {
    replaceMethod(files, name, (original) => observedRequest(original, what, recorder));
  }
  replaceMethod(files.FileHandle.prototype, 'close', (original) => observedRequest(original, 'file close', recorder));
}

/**
 * Sees requests by the function that they are given.
 *
 * @param prototype which the requests inherit from
 * @param nameOf what is waited for
 */
function observeCallback(
  prototype: object,
  property: 'oncomplete' | 'ondone',
  nameOf: (request: NativeRequest) => string,
  recorder: Recorder,
): void {
  if (property in prototype) return;
  Object.defineProperty(prototype, property, {
    configurable: true,
    get(this: NativeRequest) {
      answered(this, recorder);
      const callback = this[VALUE];
      // Stacks of the user's errors name it as the property of the request that it has been called as.
      Object.defineProperty(this, property, { configurable: true, enumerable: true, writable: true, value: callback });
      return callback;
    },
    set(this: NativeRequest, callback: unknown) {
      this[VALUE] = callback;
      if (callback) started(this, nameOf, recorder);
    },
  });
}

/** Sees zlib by the number of bytes that a part has: noted before, read to have it worked on, and read after. */
function observeZlib(prototype: object, recorder: Recorder): void {
  const property = 'availInBefore';
  if (property in prototype) return;
  Object.defineProperty(prototype, property, {
    configurable: true,
    get(this: NativeRequest) {
      if (this[OPERATION] === undefined) started(this, () => 'zlib', recorder);
      else answered(this, recorder);
      return this[VALUE];
    },
    set(this: NativeRequest, bytes: unknown) {
      this[VALUE] = bytes;
    },
  });
}

function started(request: NativeRequest, nameOf: (request: NativeRequest) => string, recorder: Recorder): void {
  if (recorder.isPaused) return;
  request[OPERATION] = attempt(() => recorder.startedNative(nameOf(request))) ?? false;
}

function answered(request: NativeRequest, recorder: Recorder): void {
  const operation = request[OPERATION];
  if (operation === undefined) return;
  request[OPERATION] = undefined;
  attempt(() => recorder.callsBack(operation || undefined));
}

/** A function of the native half that answers at once, by a promise, or to the request that it is given. */
function observedRequest(original: (...args: never[]) => unknown, what: string, recorder: Recorder): object {
  return function observed(this: unknown, ...args: never[]): unknown {
    let result: unknown;
    try {
      result = Reflect.apply(original, this, args);
    } catch (error) {
      // That it went through here is nothing that the user's logs are to tell.
      if (error instanceof Error) captureStackTrace(error, observed);
      throw error;
    }
    const request = (args as readonly (NativeRequest | undefined)[]).find((arg) => arg?.[OPERATION]);
    if (request) attempt(() => rename(request, what));
    else if (result instanceof NativePromise && !recorder.isPaused)
      attempt(() => follow(result as Promise<unknown>, what, recorder));
    return result;
  };
}

function rename(request: NativeRequest, what: string): void {
  const operation = request[OPERATION];
  if (operation) operation.what = what;
}

function follow(promise: Promise<unknown>, what: string, recorder: Recorder): void {
  const operation = recorder.startedNative(what);
  if (!operation) return;
  const answered = () => {
    attempt(() => recorder.answered(operation));
  };
  Reflect.apply(nativeThen, promise, [answered, answered]);
}
