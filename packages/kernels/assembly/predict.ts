// Only the kernels that predictions need. Compiled to dist/predict.wasm.
export { matmulSkippingZeros, matmulSkippingZerosWorkspace } from './matmul';
export { compress, sparseBytes, sparseProduct, sparseProductWorkspace } from './sparse';
export { convolve, convolveWorkspace } from './convolution';
export { averagePool, maxPool } from './pooling';
export { relu } from './fused/activations';
export { tanh } from './math';
export { drawAll, drawAt } from './random/draw';
export { useWorkspace, workspaceBytes } from './workspace';
export { build } from './build';
