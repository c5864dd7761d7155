import { numbersWasm } from '@bbb/kernels/numbers-wasm';

/** Float64 arithmetic on arrays. */
export interface Numbers {
  /** What it works on: one page of memory, 8192 numbers. */
  readonly room: Float64Array;
  /** Puts e to the power of each of the first `count` numbers of the room in its place. */
  readonly expEach: (at: 0, count: number) => void;
}

let numbers: Numbers | undefined;

/** One instance for all, made at once: the module is so small that browsers compile it on their main thread too. */
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
