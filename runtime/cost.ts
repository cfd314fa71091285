/** What profiling has cost an instance, as its snapshots say it. Times are milliseconds. */
export interface Cost {
  /** Last full start of V8's CPU profiler: at the beginning of initialization, or when it had to be started again. */
  startMs: number;
  /** Last rotation of the CPU profile, on the main thread. */
  rotateMs: number;
  /** Last collection of the heap, on the main thread. */
  heapMs: number;
  /** How long the environment was held open after a response, the last time that there was work to do. */
  flushMs: number;
  /** The same, all times since the start together. */
  heldMs: number;
  /** The same, the longest time. */
  longestHoldMs: number;
  /** What that flush uploaded, bytes. */
  flushBytes: number;
  /** Responses after which there was too little time for the work that was due, since the start. */
  leftOut: number;
  /** Snapshots that were given up, since the start. */
  dropped: number;
  /** Uploads that were tried once more, since the start. */
  retried: number;
  /** Invocations that found no room and are in no snapshot, since the start. */
  droppedInvocations: number;
  /** Operations that found no room and were not followed, since the start. */
  droppedOperations: number;
}

export function noCost(): Cost {
  return {
    startMs: 0,
    rotateMs: 0,
    heapMs: 0,
    flushMs: 0,
    heldMs: 0,
    longestHoldMs: 0,
    leftOut: 0,
    flushBytes: 0,
    dropped: 0,
    retried: 0,
    droppedInvocations: 0,
    droppedOperations: 0,
  };
}

/**
 * The cost as an object's metadata. Not as comments of the profile: merging keeps every different comment, so these
 * would pile up, while metadata can be read without downloading anything.
 *
 * @param encodeMs of this snapshot: conversion and encoding, on the main thread
 */
export function costMetadata(cost: Cost, encodeMs: number): Record<string, string> {
  return {
    'cost-start-ms': cost.startMs.toFixed(1),
    'cost-rotate-ms': cost.rotateMs.toFixed(1),
    'cost-heap-ms': cost.heapMs.toFixed(1),
    'cost-encode-ms': encodeMs.toFixed(1),
    'cost-flush-ms': cost.flushMs.toFixed(1),
    'cost-held-ms': cost.heldMs.toFixed(1),
    'cost-longest-hold-ms': cost.longestHoldMs.toFixed(1),
    'cost-flush-bytes': String(cost.flushBytes),
    'left-out': String(cost.leftOut),
    'dropped-snapshots': String(cost.dropped),
    'retried-uploads': String(cost.retried),
    'dropped-invocations': String(cost.droppedInvocations),
    'dropped-operations': String(cost.droppedOperations),
  };
}
