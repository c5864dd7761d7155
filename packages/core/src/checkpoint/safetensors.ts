/**
 * Files of tensors in the safetensors format, read as untrusted. Import `@bbb/core/safetensors` to read a checkpoint or an exported state dict
 * without the rest of core.
 *
 * @packageDocumentation
 */
export { DTYPES, type Dtype, type SafeTensor } from './dtype.js';
export { encodeSafetensors } from './encode.js';
export { decodeSafetensors, type SafetensorsFile } from './decode.js';
export { CheckpointError } from './error.js';
