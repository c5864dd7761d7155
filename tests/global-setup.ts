import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { buildWasm } from '../packages/kernels/scripts/build-wasm.mjs';
import { buildClient } from '../packages/serve/scripts/build-client.mjs';

/** The kernels are compiled once per test run, and only when their sources changed; so is all that `bbb` runs, and its page. */
export default async function setup(): Promise<void> {
  await buildWasm();
  await buildClient();
  buildCommandLine();
}

/** Tests of the command line run it as users do: built. What tsc objects to is for `npm run typecheck` to say. */
function buildCommandLine(): void {
  const tsc = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url));
  const packages = ['cli', 'contract'].map((name) =>
    fileURLToPath(new URL(`../packages/${name}`, import.meta.url)),
  );
  spawnSync(process.execPath, [tsc, '-b', ...packages], { stdio: 'ignore' });
}
