export { compress } from './compress';
export { sparseBytes } from './layout';
export { sparseProduct, sparseProductWorkspace } from './product';
export { nonZerosWorthCompressing } from './worth';
