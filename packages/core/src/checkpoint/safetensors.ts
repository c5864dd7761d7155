export { DTYPES, type Dtype, type SafeTensor } from './dtype.js';
export { encodeSafetensors } from './encode.js';
export { decodeSafetensors, type SafetensorsFile } from './decode.js';
export { CheckpointError } from './error.js';
