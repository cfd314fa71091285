import { whenNothingInAws } from '../../fetch/nothing-fetched';
import { findSource, type SourceOptions } from '../../fetch/source';
import { fetchAndShow } from '../../show/fetch-and-show';
import type { Io } from '../../terminal/io';
import type { ShowOptions } from '../../viewer/show-profiles';

export interface FetchOptions extends SourceOptions, Omit<ShowOptions, 'out'> {}

/** `profiled-fn fetch`: finds a stack's profiles, merges them, prints and shows them. */
export async function runFetch(options: FetchOptions, io: Io): Promise<void> {
  await fetchAndShow([await findSource(options, io)], options, io, { whenNothing: whenNothingInAws });
}
