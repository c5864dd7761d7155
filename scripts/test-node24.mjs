// Trains the same trials on this Node and on Node 24 (from npm) and compares every byte.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const NODE_24 = 'node@24.21.0';
const script = new URL('./fingerprint.mjs', import.meta.url).pathname;
const run = (node, ...args) =>
  execFileSync(node, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

const folder = mkdtempSync(join(tmpdir(), 'bbb-node24-'));
try {
  execFileSync('npm', ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', NODE_24], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const node24 = join(folder, 'node_modules', 'node', 'bin', 'node');
  const version = run(node24, '--version').trim();
  const here = JSON.parse(run(process.execPath, script));
  const there = JSON.parse(run(node24, script));
  let different = 0;
  for (const [method, hashes] of Object.entries(here)) {
    const same = JSON.stringify(hashes) === JSON.stringify(there[method]);
    if (!same) different++;
    console.log(`${same ? 'same bytes' : 'DIFFERENT '}  ${method}  ${hashes.checkpoint.slice(0, 16)}`);
  }
  console.log(
    `${process.version} and ${version}: ${Object.keys(here).length - different} passed, ${different} failed`,
  );
  process.exitCode = different === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
