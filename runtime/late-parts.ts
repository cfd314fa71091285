/** What `late()` loads: everything that makes profiles of what was sampled, encodes and uploads them. */

export { cpuToPprof } from './cpu/cpu-to-pprof';
export { busyPart, fittingInterval } from './cpu/fitting-interval';
export { sampledWindows } from './cpu/sampled-windows';
export { EventProfiles } from './event-profiles';
export { heapToPprof } from './heap/heap-to-pprof';
export { recordsOf, windowsOf } from './invocations/invocation-labels';
export { loopToPprof } from './loop/loop-to-pprof';
export { compressed, encodeSnapshot } from './upload/snapshot';
export { Uploader } from './upload/uploader';
export { waitToPprof } from './waits/wait-to-pprof';
export { WorkerProfiles } from './workers/worker-profiles';
