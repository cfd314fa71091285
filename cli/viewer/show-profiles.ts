import { defaultFolder } from '../files/own-folder';
import { writeWhole } from '../files/write-file';
import { formatBytes } from '../terminal/format';
import type { Io } from '../terminal/io';
import { openBrowser } from './open-browser';
import { singleFilePage, type ViewedProfile } from './pages';
import { serveViewer } from './server';

/** How profiles shall be shown, as flags say it. */
export interface ShowOptions {
  /** File for a page that holds everything. */
  html?: string;
  /** Serve the viewer in any case. */
  view?: boolean;
  /** The result is for a program. */
  json?: boolean;
  /** @default - 8080, or the next free port */
  port?: number;
  /** False: no browser is opened. */
  open: boolean;
  /** Folder of what was fetched. */
  out?: string;
  /** Sample type that the viewer shows first. */
  sampleType?: string;
}

/**
 * Whether to serve the viewer and whether to open it. It is served where that was asked for, and of its own accord
 * only to somebody at a terminal who reads the result: a script must not wait for a Ctrl-C.
 */
export function viewerPlan(options: ShowOptions, interactive: boolean): { serve: boolean; open: boolean } {
  const asked = options.view === true || options.port !== undefined;
  const serve = asked || (interactive && options.open && options.html === undefined && !options.json);
  return { serve, open: serve && options.open && interactive };
}

/**
 * Writes the page, serves it until Ctrl-C, or does nothing, as the flags and the terminal say.
 *
 * @param beforeWaiting - called when all is said, before waiting for Ctrl-C
 * @returns whether it was served
 */
export async function showProfiles(
  title: string,
  profiles: ViewedProfile[],
  options: ShowOptions,
  io: Io,
  beforeWaiting?: () => void,
): Promise<boolean> {
  if (options.html !== undefined) {
    const page = await singleFilePage(title, profiles);
    await writeWhole(options.html, page);
    io.note(`Page written: ${options.html} (${formatBytes(Buffer.byteLength(page))})`);
  }
  const plan = viewerPlan(options, io.terminal.interactive);
  if (!plan.serve) return false;
  const server = await serveViewer(title, profiles, options.port);
  const url = options.sampleType === undefined ? server.url : new URL(viewOf(options.sampleType), server.url).href;
  io.note(`Viewer at ${url}, until Ctrl-C`);
  beforeWaiting?.();
  const close = plan.open ? openBrowser(url, options.out ?? defaultFolder) : () => {};
  await interrupted();
  close();
  await server.close();
  return true;
}

/** The part of the viewer's address that says what it shows. */
function viewOf(sampleType: string): string {
  return `#${new URLSearchParams({ value: sampleType })}`;
}

/** Resolves when the user or the system wants an end. */
export function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      for (const signal of signals) process.off(signal, stop);
      resolve();
    };
    for (const signal of signals) process.on(signal, stop);
  });
}

const signals = ['SIGINT', 'SIGTERM'] as const;
