/**
 * A number of the code that this module was compiled from. JavaScript asks for it before anything else, and refuses a module of other code.
 * scripts/build-wasm.mjs passes BUILD to the compiler, and writes it into src/wasm/build.ts.
 */
export function build(): i32 {
  // @ts-ignore: a constant of the command line
  return BUILD;
}
