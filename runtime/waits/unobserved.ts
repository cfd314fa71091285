let depth = 0;

/** What `fn` returns; what it starts is the profiler's own work, and nobody's wait. */
export function unnoted<T>(fn: () => T): T {
  depth++;
  try {
    return fn();
  } finally {
    depth--;
  }
}

/** Whether the code that runs is the profiler's own. */
export function isOwnWork(): boolean {
  return depth > 0;
}
