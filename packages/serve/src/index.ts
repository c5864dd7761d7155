export { serveSweep, type ServeOptions, type Serving } from './serve.js';
export type {
  Dimension,
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
