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
