import { findSource, type SourceOptions, whenNothingInAws } from '../discovery/source';
import type { Io } from '../io';
import { fetchAndShow } from '../show/fetch-and-show';
import type { ShowOptions } from '../show/show';

export interface FetchOptions extends SourceOptions, Omit<ShowOptions, 'out'> {}

/** `profiled-fn fetch`: finds a stack's profiles, merges them, prints and shows them. */
export async function runFetch(options: FetchOptions, io: Io): Promise<void> {
  await fetchAndShow([await findSource(options, io)], options, io, { whenNothing: whenNothingInAws });
}
