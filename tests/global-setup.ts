import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { buildWasm } from '../packages/kernels/scripts/build-wasm.mjs';
import { buildClient } from '../packages/serve/scripts/build-client.mjs';
import { OF_SOURCES } from '../vitest.config.js';

/** Tests that run the sources in their own process, unless they start another process. */
const IN_PROCESS = new RegExp(`[\\\\/]tests[\\\\/](${OF_SOURCES.join('|')})[\\\\/]`);

/**
 * Compiles the kernels once per test run, and only if their sources changed. Builds `bbb` and its page if a test of this run starts
 * them.
 */
export default async function setup(project: TestProject): Promise<void> {
  // Vitest calls this for each project that has tests in the run, and for the root project always.
  if (!project.isRootProject()) return;
  await buildWasm();
  if (!project.vitest.state.getPaths().some(startsWhatIsBuilt)) return;
  await buildClient();
  buildCommandLine();
}

function startsWhatIsBuilt(test: string): boolean {
  return !IN_PROCESS.test(test) || readFileSync(test, 'utf8').includes('node:child_process');
}

/** Tests of the command line run the built program, as users do. `npm run typecheck` reports errors of types. */
function buildCommandLine(): void {
  const tsc = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url));
  const packages = ['cli', 'contract'].map((name) =>
    fileURLToPath(new URL(`../packages/${name}`, import.meta.url)),
  );
  spawnSync(process.execPath, [tsc, '-b', ...packages], { stdio: 'ignore' });
}
