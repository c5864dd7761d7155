// Written by scripts/build-wasm.mjs. Commit it together with what changed in assembly/.

/** The number of the WebAssembly sources that this JavaScript was written for. */
export const BUILD = 538416040;
