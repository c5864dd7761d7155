/// <reference lib="dom" />
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { setKernelsPath } from '@bbb/kernels';
import { work, type Numbers } from './work.js';

declare global {
  interface Window {
    runWork(): Promise<Numbers>;
  }
}

window.runWork = async () => {
  setWasmPaths('/wasm/');
  setKernelsPath('/wasm/');
  const bytes = async (url: string) => new Uint8Array(await (await fetch(url)).arrayBuffer());
  return work(await bytes('/checkpoint.safetensors'), await bytes('/images.bin'));
};
