/**
 * Predictions of a trained network in Node and browsers, without tfjs. {@link loadPredictor} reads the bytes of a `model.bbb` (`bbb export
 * --format sparse`). {@link Predictor} takes inputs in your own units, and gives a class or a number, its uncertainty, and where the
 * uncertainty comes from.
 *
 * Import it in the application that predicts; it needs nothing of what trains. `@bbb/predict/format` reads and writes the file itself,
 * `@bbb/predict/store` makes one of a network that a program trained.
 *
 * @packageDocumentation
 */
export type { Answer, ClassAnswer, NumberAnswer } from './answer.js';
export type { Input } from './input.js';
export type {
  Shape,
  StoredCalibration,
  StoredLayer,
  StoredModel,
  StoredPosterior,
  StoredScaling,
  StoredTable,
  StoredTarget,
  Windows,
} from './format/model.js';
export { rowEncoder, type Cell, type Row, type RowEncoder } from './row.js';
export { loadPredictor, type LoadOptions, type PredictOptions, type Predictor } from './predictor.js';
export { BbbError } from '@bbb/base';
