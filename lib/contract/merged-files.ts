/** What the files that the command merges have beside what snapshots have. */

/** What their names end with, after the profile type. */
export const MERGED_FILE_ENDING = '.consolidated.pb.gz';

/** What the name of the file ends with that has the text of the source files. */
export const SOURCES_FILE_ENDING = '.sources.json.gz';

/** A merge keeps the records of so many invocations, the newest. */
export const MAX_RECORDS = 20_000;

/** A merge of `wall` with at most so many samples keeps those of different snapshots and invocations apart. */
export const MAX_DETAILED_SAMPLES = 30_000;

/** How the comment begins that says which samples were selected. */
export const SELECTION_NOTE = 'profiled-fn: only ';

/** The sample type of what the time of `wall` cost. */
export const COST_SAMPLE_TYPE = { type: 'cost', unit: 'nanodollars' } as const;
