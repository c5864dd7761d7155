// tsx bench/sweep-cost.ts OTHER [--rounds 3] [--seeds 1] [--workers 2] [--json file]: compares `bbb sweep` of this checkout with that of
// another built checkout. They run alternately. Prints seconds of CPU time and of the clock, and their ratio in each round.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { median } from './contest.js';
import { machine } from './machine.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '3' },
    seeds: { type: 'string', default: '1' },
    workers: { type: 'string', default: '2' },
    json: { type: 'string' },
  },
});
const other = positionals[0];
if (other === undefined) throw new Error('name the folder of the other checkout');
const here = fileURLToPath(new URL('..', import.meta.url));
const checkouts = { here, other: resolve(other) };

/** Runs in the process of the sweep, and writes the CPU time of all its threads to pipe 3. */
const reportCpu = `data:text/javascript,${encodeURIComponent(`
import { writeSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
if (isMainThread) process.on('exit', () => writeSync(3, JSON.stringify(process.cpuUsage())));
`)}`;

interface Cost {
  readonly cpu: number;
  readonly wall: number;
}

/** Seconds of one whole command, from its start to its end. */
async function cost(checkout: string): Promise<Cost> {
  const dir = await mkdtemp(join(tmpdir(), 'bbb-bench-'));
  const began = performance.now();
  const child = spawn(
    process.execPath,
    [
      '--import',
      reportCpu,
      join(checkout, 'packages/cli/bin/bbb.js'),
      ...`sweep --no-config --quiet --preset quick --seeds ${values.seeds} --workers ${values.workers} --dir`.split(
        ' ',
      ),
      join(dir, 'run'),
    ],
    { stdio: ['ignore', 'ignore', 'inherit', 'pipe'], cwd: dir },
  );
  const reported = text(child.stdio[3] as NodeJS.ReadableStream);
  const [code] = (await once(child, 'exit')) as [number | null];
  const wall = (performance.now() - began) / 1e3;
  const { user, system } = JSON.parse(await reported) as NodeJS.CpuUsage;
  await rm(dir, { recursive: true });
  if (code !== 0) throw new Error(`bbb sweep ended with ${code} in ${checkout}`);
  return { cpu: (user + system) / 1e6, wall };
}

const rounds: { readonly here: Cost; readonly other: Cost }[] = [];
for (let round = 0; round < Number(values.rounds); round++) {
  const own = await cost(checkouts.here);
  const others = await cost(checkouts.other);
  rounds.push({ here: own, other: others });
  console.log(
    `CPU ${own.cpu.toFixed(1)} s, other ${others.cpu.toFixed(1)} s: ${(own.cpu / others.cpu).toFixed(3)}; ` +
      `clock ${own.wall.toFixed(1)} s, other ${others.wall.toFixed(1)} s: ${(own.wall / others.wall).toFixed(3)}`,
  );
}
const ratio = (of: keyof Cost): number => median(rounds.map(({ here: a, other: b }) => a[of] / b[of]));
const ratios = { cpu: ratio('cpu'), wall: ratio('wall') };
console.log(`median of the ratios: CPU ${ratios.cpu.toFixed(3)}, clock ${ratios.wall.toFixed(3)}`);
if (values.json)
  await writeFile(values.json, `${JSON.stringify({ ...machine(), rounds, ratios }, null, 2)}\n`);
