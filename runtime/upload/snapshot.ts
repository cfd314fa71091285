import { FORMAT_VERSION } from '../../lib/contract/metadata';
import type { Profile } from '../../profile/model/profile';
import { encodeProfile } from '../../profile/pprof/encode';
import { timed } from '../clock';
import { type Cost, costMetadata } from '../cost';
import type { FunctionIdentity } from '../function-identity';
import type { Work } from '../hold/estimates';
import { require } from '../require';
import type { Upload } from './uploader';

/** A profile of one window, ready to be written. */
export interface Snapshot {
  /** Profile type: `wall`, `heap` or `init`. */
  type: string;
  profile: Profile;
  /** The window, milliseconds since the epoch. */
  startMs: number;
  endMs: number;
  /** What it took to make the profile out of V8's, milliseconds. */
  convertMs: number;
}

/** A part of a snapshot, which waits until there is time to make profiles of it. */
export interface SnapshotPart {
  /** The work that this is, and its size; see `Estimates`. */
  readonly work: Work;
  readonly size: number;
  /** Whether it is left out if there is no time for it at once. */
  readonly isOptional?: boolean;
  make(): Snapshot[];
}

/** The snapshot as an object to put under `key`, encoded but not compressed yet. */
export function encodeSnapshot(snapshot: Snapshot, key: string, identity: FunctionIdentity, cost: Cost): Upload {
  const { result: body, ms } = timed(() => encodeProfile(snapshot.profile));
  return {
    key,
    body,
    metadata: {
      format: FORMAT_VERSION,
      function: identity.functionName,
      version: identity.functionVersion,
      runtime: identity.runtime,
      arch: identity.arch,
      memory: identity.memoryMb,
      start: new Date(snapshot.startMs).toISOString(),
      end: new Date(snapshot.endMs).toISOString(),
      'code-hash': identity.codeHash,
      ...costMetadata(cost, snapshot.convertMs + ms),
    },
  };
}

/**
 * The same, compressed. Not on the thread pool: the runtime client's request for the next event may hold the pool's last
 * free thread, and is answered only when we have asked for the next event, too.
 */
export function compressed(upload: Upload): Upload {
  const { gzipSync } = require('node:zlib') as typeof import('node:zlib');
  return { ...upload, body: gzipSync(upload.body) };
}
