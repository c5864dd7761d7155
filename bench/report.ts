// tsx bench/report.ts [--trials 500,5000] [--json file]: seconds and memory of `bbb report` and `bbb sweep status` of large sweeps.
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { machine } from './machine.js';
import { writeLargeSweep, type Shape } from './report/folder.js';

const { values } = parseArgs({
  options: { trials: { type: 'string', default: '500,5000' }, json: { type: 'string' } },
});
const command = fileURLToPath(new URL('../packages/cli/bin/bbb.js', import.meta.url));

/** Seconds from the start of a process to its end. */
async function seconds(args: readonly string[]): Promise<number> {
  const began = performance.now();
  const child = spawn(process.execPath, [command, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  const code = await new Promise((done) => child.once('exit', done));
  if (code !== 0) throw new Error(`bbb ${args.join(' ')} ended with ${String(code)}`);
  return (performance.now() - began) / 1e3;
}

const rows = [];
for (const shape of ['seeds', 'search'] satisfies Shape[]) {
  for (const trials of values.trials.split(',').map(Number)) {
    const folder = await mkdtemp(join(tmpdir(), 'bbb-bench-'));
    const dir = join(folder, 'sweep');
    writeLargeSweep(dir, trials, shape);
    const row = {
      shape,
      trials,
      report: await seconds(['report', dir]),
      status: await seconds(['sweep', 'status', dir]),
    };
    await rm(folder, { recursive: true });
    rows.push(row);
    console.log(
      `${shape}, ${trials} trials: report ${row.report.toFixed(1)} s, status ${row.status.toFixed(2)} s`,
    );
  }
}
if (values.json) await writeFile(values.json, `${JSON.stringify({ setting: machine(), rows }, null, 2)}\n`);
