// Layers to compose a network from.
export { dense } from './dense.js';
export { conv2d, type Conv2dOptions } from './conv2d.js';
export { averagePool, maxPool, type PoolingOptions } from './pooling.js';
export { flatten } from './flatten.js';
export { relu, tanh } from './activations.js';
export { layersOf, layerSchema, type LayerDescription } from './describe.js';
