import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../support/folders.js';

const PLUGINS = fileURLToPath(new URL('../../packages/plugins/dist/index.js', import.meta.url));
const COLUMNS = 20;

async function writeTable(path: string, rows: number): Promise<void> {
  const file = createWriteStream(path);
  file.write(`${Array.from({ length: COLUMNS }, (_, c) => `c${c}`).join(',')},y\n`);
  for (let row = 0; row < rows; row++) {
    const cells = Array.from({ length: COLUMNS + 1 }, (_, c) =>
      (((row * 31 + c * 17) % 99_991) / 997).toFixed(3),
    );
    if (!file.write(`${cells.join(',')}\n`)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'close');
}

/** Reads a table in a separate process. @returns the peak of its memory and the size of the features, in bytes */
function read(path: string): { readonly peak: number; readonly features: number } {
  const script = `
    const { default: plugin } = await import(${JSON.stringify(PLUGINS)});
    const csv = plugin.datasets.csv;
    const { train } = await csv.load(csv.options.parse({ target: 'y' }), { dataDir: ${JSON.stringify(path)} });
    console.log(JSON.stringify({ peak: 1024 * process.resourceUsage().maxRSS, features: train.features.byteLength }));
  `;
  const out = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  return JSON.parse(out) as { peak: number; features: number };
}

it('a table takes at most 1.3 times the memory of its features, in addition to that of any reader', async () => {
  const dir = temporaryFolder();
  const [small, large] = [join(dir, 'small.csv'), join(dir, 'large.csv')];
  await writeTable(small, 400_000);
  await writeTable(large, 1_200_000);
  const [a, b] = [read(small), read(large)];
  expect(b.features).toBe(4 * COLUMNS * 1_200_000);
  const ratio = (b.peak - a.peak) / (b.features - a.features);
  expect(ratio).toBeGreaterThan(0.5);
  expect(ratio).toBeLessThan(1.3);
});
