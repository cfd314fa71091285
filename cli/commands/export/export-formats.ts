/** What `export` can write. Described here apart from how, so that `--help` loads nothing. */
export const exportFormats = {
  pprof: { description: 'gzipped protobuf, for pprof and most profilers', binary: true },
  speedscope: { description: 'JSON for speedscope.app', binary: false },
  cpuprofile: { description: "Chrome DevTools' Performance panel and VS Code; of a time", binary: false },
  heapprofile: { description: "Chrome DevTools' Memory panel; of bytes", binary: false },
  folded: { description: 'a line a stack, for flamegraph.pl and many scripts', binary: false },
  svg: { description: 'a flame graph as a picture', binary: false },
  markdown: { description: 'a page of at most 8 KB, for people, pull requests and language models', binary: false },
  json: { description: 'all stacks, as docs/profile.schema.json says', binary: false },
  html: { description: 'the viewer and the profile in one file', binary: false },
} as const;

export type ExportFormat = keyof typeof exportFormats;
