export type { Answer, ClassAnswer, NumberAnswer } from './answer.js';
export type { Input } from './input.js';
export type {
  StoredCalibration,
  StoredLayer,
  StoredModel,
  StoredPosterior,
  StoredScaling,
  StoredTarget,
} from './format/model.js';
export { loadPredictor, type LoadOptions, type PredictOptions, type Predictor } from './predictor.js';
export { BbbError } from '@bbb/core/predictive';
