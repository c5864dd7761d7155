import { numbersWasm } from '@bbb/kernels/numbers-wasm';

/** Float64 arithmetic on arrays. */
export interface Numbers {
  /** The memory that it works on: one page, 8192 numbers. */
  readonly room: Float64Array;
  /** Replaces each x of the first `count` numbers of `room` by e^x. */
  readonly expEach: (at: 0, count: number) => void;
}

let numbers: Numbers | undefined;

/** One instance for all callers. It is compiled synchronously, which browsers allow on their main thread for such a small module. */
export function float64Numbers(): Numbers {
  return (numbers ??= instantiate());
}

function instantiate(): Numbers {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const bytes = Uint8Array.from(atob(numbersWasm), (letter) => letter.charCodeAt(0));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  const { expEach } = exports as unknown as Pick<Numbers, 'expEach'>;
  return { room: new Float64Array(memory.buffer), expEach };
}
