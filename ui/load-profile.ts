import { gunzip } from './gunzip';
import type { PageData, ProfileSource } from './page-data';
import { type Recording, readRecording } from './recording';

/** Loads, inflates and reads one profile. Its errors are for the user to read. */
export async function loadProfile(source: ProfileSource): Promise<Recording> {
  const bytes = await profileBytes(source);
  try {
    return readRecording(await gunzip(bytes));
  } catch (error) {
    throw new Error(
      `The ${source.type} profile of ${source.function} cannot be read: ${messageOf(error)}. Fetch it again.`,
      {
        cause: error,
      },
    );
  }
}

/** The file of a profile, out of the page or from where the page came from. */
export async function profileBytes(source: ProfileSource): Promise<Uint8Array<ArrayBuffer>> {
  return 'base64' in source ? decodeBase64(source.base64) : fetchBytes(source.url);
}

async function fetchBytes(url: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetchOrExplain(url);
  return new Uint8Array(await response.arrayBuffer());
}

/** Fetches from where the page came from, and says what to do when nobody answers. */
export async function fetchOrExplain(url: string): Promise<Response> {
  const response = await fetch(url).catch((cause: unknown) => {
    throw new Error(
      `Nothing answers at ${url}. The profiled-fn command that opened this page has ended: run it again.`,
      {
        cause,
      },
    );
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status} ${response.statusText}.`);
  return response;
}

/** The text of a profile's source files, by their names in the profile; empty if there is none. */
export async function loadSources(
  source: ProfileSource,
  { texts = [] }: Pick<PageData, 'texts'>,
): Promise<ReadonlyMap<string, string>> {
  if ('base64' in source) {
    return new Map(Object.entries(source.sources ?? {}).map(([file, index]) => [file, texts[index]]));
  }
  if (source.sourcesUrl === undefined) return new Map();
  const response = await fetchOrExplain(source.sourcesUrl);
  return new Map(Object.entries((await response.json()) as Record<string, string>));
}

function decodeBase64(base64: string): Uint8Array<ArrayBuffer> {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
