// tsx bench/workers.ts [--workers 2] [--rounds 3] [--json file]: trials per second of `bbb sweep` with many workers against one.
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { median } from './contest.js';
import { machine } from './machine.js';

const { values } = parseArgs({
  options: {
    workers: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '3' },
    json: { type: 'string' },
  },
});
const workers = Number(values.workers);

const command = fileURLToPath(new URL('../packages/cli/bin/bbb.js', import.meta.url));
const sweep = [
  ...'sweep --no-config --json --quiet --methods bbb-mixture --hidden 400,400 --epochs 4'.split(' '),
  ...`--limit 12000 --validation 2000 --prune 0,0.5,0.9 --seeds ${4 * workers}`.split(' '),
];

/** Trials per second, from the start of the first to the end of the last. */
async function throughput(count: number): Promise<number> {
  const dir = await mkdtemp(join(tmpdir(), 'bbb-bench-'));
  const child = spawn(
    process.execPath,
    [command, ...sweep, '--workers', String(count), '--dir', join(dir, 'run')],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let [first, last, done] = [Infinity, 0, 0];
  for await (const line of createInterface({ input: child.stdout })) {
    const { type } = JSON.parse(line) as { type: string };
    if (type === 'trial-start') first = Math.min(first, performance.now());
    if (type !== 'trial-done') continue;
    last = performance.now();
    done++;
  }
  await rm(dir, { recursive: true });
  if (done !== 4 * workers) throw new Error(`bbb ${sweep.join(' ')} finished ${done} trials`);
  return (1e3 * done) / (last - first);
}

const rounds = [];
for (let round = 0; round < Number(values.rounds); round++) {
  const one = await throughput(1);
  const many = await throughput(workers);
  rounds.push({ one, many, ratio: many / one });
  console.log(
    `1 worker ${one.toFixed(3)}, ${workers} workers ${many.toFixed(3)} trials a second: ${(many / one).toFixed(2)} x`,
  );
}
const ratio = median(rounds.map((round) => round.ratio));
console.log(`median ${ratio.toFixed(2)} x`);
if (values.json) {
  await writeFile(
    values.json,
    `${JSON.stringify({ setting: machine(), workers, rounds, ratio }, null, 2)}\n`,
  );
}
