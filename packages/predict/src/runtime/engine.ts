import { createHeap, kernelsOnHeap, type Heap, type Kernels, type PredictExports } from '@bbb/kernels/parts';
import { predictWasm } from '@bbb/kernels/predict-wasm';

/** The kernels, with a memory of their own. */
export interface Engine {
  readonly heap: Heap;
  readonly kernels: Kernels<PredictExports>;
}

let compiled: Promise<WebAssembly.Module> | undefined;

/** Begins to compile the kernels in the background. {@link startEngine} waits for the end, and throws the error of the compilation. */
export function compileKernels(): Promise<WebAssembly.Module> {
  if (!compiled) {
    compiled = WebAssembly.compile(bytesOf(predictWasm));
    // If the model file is damaged, nothing waits for this promise: without a handler its error would be an unhandled rejection.
    compiled.catch(() => undefined);
  }
  return compiled;
}

/**
 * @param maximumBytes most bytes that its memory may grow to
 */
export async function startEngine(maximumBytes: number): Promise<Engine> {
  const module = await compileKernels();
  const heap = createHeap(new WebAssembly.Memory({ initial: 4 }), maximumBytes);
  return { heap, kernels: kernelsOnHeap<PredictExports>(heap, module, 'strict') };
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** Copies float32 numbers into the engine's memory, padded with zeros to whole vectors. Returns the address. */
export function place({ heap, kernels }: Engine, values: Float32Array): number {
  const room = Math.ceil(values.length / 4) * 4;
  const at = heap.malloc(4 * room);
  const view = kernels.f32(at, room);
  view.set(values);
  view.fill(0, values.length);
  return at;
}
