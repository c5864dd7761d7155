/**
 * The file that `loadPredictor` opens: what it says, how it is written and read. Import `@bbb/predict/format` to look into a `model.bbb` or to write one
 * of a network from another program.
 *
 * @packageDocumentation
 */
export { decodeModel, type DecodedModel, type PackedTensor } from './decode.js';
export { encodeModel, FORMAT } from './encode.js';
export type {
  StoredCalibration,
  StoredLayer,
  StoredModel,
  StoredPosterior,
  StoredScaling,
  StoredTable,
  StoredTarget,
  StoredTensor,
  StoredTensors,
  Windows,
} from './model.js';
