import { buildWasm } from '../packages/kernels/scripts/build-wasm.mjs';

/** The kernels are compiled once per test run, and only when their sources changed. */
export default async function setup(): Promise<void> {
  await buildWasm();
}
