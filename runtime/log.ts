const told = new Set<string>();

/**
 * Writes one structured line to the function's log, once for each kind: whatever goes wrong with profiling, the user's
 * log stays readable.
 *
 * It goes to stdout directly: what `console` does is the user's business (Powertools and Lambda's own JSON format
 * replace its methods).
 */
export function logOnce(kind: string, details: Record<string, unknown>): void {
  if (told.has(kind)) return;
  told.add(kind);
  try {
    process.stdout.write(`${JSON.stringify({ level: 'WARN', source: 'profiled-fn', kind, ...details })}\n`);
  } catch {
    // A log that cannot be written (closed stdout) must not reach the handler.
  }
}

/** The message of whatever was thrown. */
export function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
