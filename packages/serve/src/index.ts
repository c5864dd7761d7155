export { serveSweep, type ServeOptions } from './serve.js';
export type { Serving } from './listen.js';
export type { ExampleEntry, Manifest, ModelEntry } from './demo/manifest.js';
export { demoFiles } from './demo/files.js';
export { serveFiles, type ServeFilesOptions } from './demo/serve.js';
export type {
  Dimension,
  Headline,
  Message,
  Method,
  PruningRow,
  ResultDetail,
  Snapshot,
  Summary,
  TrialDetail,
  SweepRow,
  TrialRow,
  Update,
} from './protocol.js';
