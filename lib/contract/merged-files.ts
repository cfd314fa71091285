/** The parts of merged profiles that snapshots do not have. */

/** The end of their file names, after the profile type. */
export const MERGED_FILE_ENDING = '.consolidated.pb.gz';

/** The end of the name of the file with the text of source files. */
export const SOURCES_FILE_ENDING = '.sources.json.gz';

/** A merge keeps the records of so many invocations, the newest. */
export const MAX_RECORDS = 20_000;

/** A merge of `wall` with at most so many samples keeps those of different snapshots and invocations apart. */
export const MAX_DETAILED_SAMPLES = 30_000;

/** How the comment begins that says which samples were selected. */
export const SELECTION_NOTE = 'profiled-fn: only ';

/** The sample type with the price of the time in `wall`. */
export const COST_SAMPLE_TYPE = { type: 'cost', unit: 'nanodollars' } as const;
