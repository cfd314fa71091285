/** What the page is given: in `data/index.json` when it is served, inside the page when it is one file. */
export interface PageData {
  /** Title of the page, for example the stack's name. */
  title: string;
  profiles: ProfileSource[];
  /** Source files of the profiles, each text once. */
  texts?: string[];
}

/** One profile of one function, and where its bytes are. */
export type ProfileSource = ProfileIdentity & (RemoteBytes | EmbeddedBytes);

export interface ProfileIdentity {
  stack: string;
  /** Construct path of the function below its stack. */
  function: string;
  /** Profile type: `wall`, `heap`, `init` or a name that this page does not know. */
  type: string;
}

export interface RemoteBytes {
  /** Address of the pprof file, relative to the page. */
  url: string;
  /** Address of the text of source files, a JSON object by the files' names in the profile; absent: there is none. */
  sourcesUrl?: string;
}

export interface EmbeddedBytes {
  /** The pprof file, gzipped or not, in base64. */
  base64: string;
  /** The text of source files, by their names in the profile: an index into the page's `texts`. */
  sources?: Record<string, number>;
}

/** `id` of the script element that holds the {@link PageData} of a single-file page. */
export const PAGE_DATA_ID = 'profiled-fn-data';
