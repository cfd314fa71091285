import type { PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import { nowMicros } from '../clock';
import { require } from '../require';
import type { Collection } from './collections';

/** Pauses that are kept until a snapshot. */
const MAX_COLLECTIONS = 5_000;

/** Takes note of V8's garbage collections as Node.js reports them, after each that has paused the thread. */
export class GcObserver {
  #collections: Collection[] = [];
  #observer: PerformanceObserver | undefined;

  start(): void {
    const { PerformanceObserver, performance } = require('node:perf_hooks') as typeof import('node:perf_hooks');
    const offset = nowMicros() - performance.now() * 1000;
    const observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) this.#take(entry, offset);
    });
    observer.observe({ entryTypes: ['gc'] });
    this.#observer = observer;
  }

  stop(): void {
    this.#observer?.disconnect();
  }

  /** The pauses since the last call. */
  take(): Collection[] {
    const collections = this.#collections;
    this.#collections = [];
    return collections;
  }

  #take(entry: PerformanceEntry & { detail?: unknown }, offset: number): void {
    if (this.#collections.length >= MAX_COLLECTIONS) return;
    const { startTime, duration, detail } = entry;
    const kind = (detail as { kind?: number } | undefined)?.kind ?? 0;
    this.#collections.push({ start: startTime * 1000 + offset, duration: duration * 1000, kind });
  }
}
