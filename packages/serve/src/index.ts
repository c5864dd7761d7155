/**
 * The page of a sweep, live while it runs ({@link serveSweep}), and the demo page of a network that answers drawings and pictures in the browser
 * ({@link demoFiles}, {@link serveFiles}).
 *
 * Import it to show either from a server of your own, or to write the demo page into a folder of static files. `bbb serve` is this with options.
 *
 * @packageDocumentation
 */
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
