import { startBackend } from '@bbb/core';

// tfjs-wasm with the kernels of bbb; call it once, before anything else uses tfjs.
const ops = await startBackend();

console.log(typeof ops.matmul); // function
