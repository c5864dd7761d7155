export { DTYPES, type Dtype, type SafeTensor } from './dtype.js';
export { encodeSafetensors } from './encode.js';
export { decodeSafetensors, type SafetensorsFile } from './decode.js';
export { CheckpointError } from './error.js';
export { syncFile, syncFolder } from './durable.js';
export { writeFileAtomic, writeFileOnce } from './file.js';
export { readCheckpointBytes, readSafetensors, writeSafetensors } from './store.js';
