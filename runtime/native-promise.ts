/** Promises of V8's own, before the user's code can put others in their place (Bluebird, zone.js) that refuse these. */
export const NativePromise = globalThis.Promise;
export const { then: nativeThen } = NativePromise.prototype;
