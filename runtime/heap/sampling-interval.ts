const MIB = 1024 * 1024;
const LEAST_INTERVAL = 2 * MIB;
/** What a handler that allocates 1.5 GB a second does not feel. */
const LARGEST_INTERVAL = 8 * MIB;
/** So many samples tell of a heap that fills the memory. */
const SAMPLES_OF_FULL_MEMORY = 256;

/**
 * Average number of allocated bytes between two samples. V8's and Go's default is 512 KiB, but each sample walks the
 * stack, which costs a handler that allocates 1.5 GB a second, as JSON does, 2 to 5 % of its processor time. A heap
 * grows with the memory that it has, and with it the number of samples that are alive.
 *
 * It stays as it is for the life of an instance: another one would be a new start, which forgets what is alive.
 *
 * @param memoryMb of the function; not a number where it is unknown
 */
export function heapSamplingInterval(memoryMb: number): number {
  const fitting = (memoryMb * MIB) / SAMPLES_OF_FULL_MEMORY;
  return Math.min(LARGEST_INTERVAL, Math.max(LEAST_INTERVAL, fitting || 0));
}

/** Samples of allocations in one window: enough for shares of a hundredth, and at most 2 MB of V8's memory. */
const SAMPLES_OF_A_WINDOW = 3000;
const LEAST_ALLOCATION_INTERVAL = MIB / 8;
const LARGEST_ALLOCATION_INTERVAL = 64 * MIB;

/**
 * Average number of allocated bytes between two samples of allocations, so that the next window has about 3,000 samples
 * if it is like the last one. The cost of a window is then the same for functions that allocate little and much.
 *
 * @param lastBytes interval of the last window
 * @param samples that the last window had
 */
export function allocationSamplingInterval(lastBytes: number, samples: number): number {
  const fitting = (lastBytes * samples) / SAMPLES_OF_A_WINDOW;
  return Math.round(Math.min(LARGEST_ALLOCATION_INTERVAL, Math.max(LEAST_ALLOCATION_INTERVAL, fitting)));
}
