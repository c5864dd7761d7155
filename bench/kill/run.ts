import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { STEPS, TRIALS } from './contender.js';
import { killInThird, type Killed } from './kill.js';
import { optunas } from './optuna.js';
import { ours } from './ours.js';

const others = optunas();
if (others.length === 0) {
  process.stderr.write(
    'SKIPPED: Optuna. No Python here has it: pip install optuna (PYTHON=path/to/python names one).\n',
  );
}

const rows: (Killed & { name: string })[] = [];
for (const contender of [ours, ...others]) {
  const dir = mkdtempSync(join(tmpdir(), 'bbb-kill-'));
  try {
    rows.push({ name: contender.name, ...(await killInThird(contender, dir)) });
  } finally {
    rmSync(dir, { recursive: true });
  }
}

process.stdout.write(
  [
    `${TRIALS} trials of ${STEPS} steps were asked for. kill -9 in the third, then the same command again:`,
    '',
    `| | done | failed | "running" for ever | steps (${TRIALS * STEPS} needed) |`,
    '|-|-:|-:|-:|-:|',
    ...rows.map(
      ({ name, done, failed, running, steps }) => `| ${name} | ${done} | ${failed} | ${running} | ${steps} |`,
    ),
    '',
  ].join('\n'),
);
const [own] = rows;
if (own!.done !== TRIALS || own!.failed + own!.running > 0) process.exitCode = 1;
