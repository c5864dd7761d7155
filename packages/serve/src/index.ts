export { serveSweep, type ServeOptions, type Serving } from './serve.js';
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
  TrialRow,
  Update,
} from './protocol.js';
