/**
 * Networks as ONNX files ({@link onnxModel}) and tfjs layers models ({@link tfjsModel}), and networks of Keras and PyTorch read into weights
 * ({@link importKeras}, {@link importStateDict}). Pure functions of bytes and numbers, without files or methods.
 *
 * Import it where a program ships a network to another runtime. `bbb export` and `bbb import` call these functions and read and write the
 * files.
 *
 * @packageDocumentation
 */
export { denseBytes, plainNetwork, type PlainNetwork, type PlainWeights } from './plain.js';
export { onnxModel, type OnnxMetadata } from './onnx/model.js';
export { tfjsModel, type TfjsModel } from './tfjs/model.js';
export { quantise, type Quantisation, type QuantisedTensor } from './tfjs/quantise.js';
export type { ImportedLayer, ImportedNetwork } from './import/imported.js';
export { importKeras, kerasFiles, parseKeras } from './import/keras.js';
export { importStateDict, type StateDictOptions } from './import/state-dict.js';
