export { denseBytes, plainNetwork, type PlainNetwork, type PlainWeights } from './plain.js';
export { onnxModel, type OnnxMetadata } from './onnx/model.js';
export { tfjsModel, type TfjsModel } from './tfjs/model.js';
export { quantise, type Quantisation, type QuantisedTensor } from './tfjs/quantise.js';
