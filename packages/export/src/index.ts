export { denseBytes, plainNetwork, type PlainNetwork, type PlainWeights } from './plain.js';
export { onnxModel, type OnnxMetadata } from './onnx/model.js';
export { tfjsModel, type TfjsModel } from './tfjs/model.js';
export { quantise, type Quantisation, type QuantisedTensor } from './tfjs/quantise.js';
export type { ImportedLayer, ImportedNetwork } from './import/imported.js';
export { importKeras, kerasFiles, parseKeras } from './import/keras.js';
export { importStateDict, type StateDictOptions } from './import/state-dict.js';
