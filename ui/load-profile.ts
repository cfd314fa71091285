import { decodeProfile } from '../profile/decode';
import type { Profile } from '../profile/model';
import { gunzip } from './gunzip';
import type { ProfileSource } from './page-data';

/** Fetches (or takes from the page), inflates and decodes one profile. Its errors are for the user to read. */
export async function loadProfile(source: ProfileSource): Promise<Profile> {
  const bytes = 'base64' in source ? decodeBase64(source.base64) : await fetchBytes(source.url);
  try {
    return decodeProfile(await gunzip(bytes));
  } catch (error) {
    throw new Error(
      `The ${source.type} profile of ${source.function} cannot be read: ${messageOf(error)}. Fetch it again.`,
      {
        cause: error,
      },
    );
  }
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

function decodeBase64(base64: string): Uint8Array<ArrayBuffer> {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
