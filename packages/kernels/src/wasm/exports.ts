/**
 * What the WebAssembly modules export. Pointers are byte offsets into tfjs's memory; sizes are elements. Each group is
 * described where it is written, in assembly/.
 */
export interface KernelExports extends MatMulExports {}

export interface MatMulExports {
  maddDemo(out: number, a: number, b: number, c: number): void;
}
