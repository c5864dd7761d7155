import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { bbb, type Ended } from '../../support/command-line.js';

/** A search on a little of MNIST. It is real, ends within seconds, and a scheduler stops some of its trials. */
const SEARCH = [
  ...'--limit 500 --validation 300 --hidden 8 --samples 2 --prune 0,0.5 --seeds 1 --workers 1'.split(' '),
  ...'--methods sgd,bbb-mixture --sampler random --scheduler asha'.split(' '),
  '--space',
  'training.optimizer.learningRate=logUniform:1e-4:1e-1',
];

export interface Started {
  /** How the command ended. */
  readonly ended: Promise<Ended>;
  /** Sends a signal to the process: SIGSTOP pauses the sweep, SIGCONT continues it. */
  signal(name: NodeJS.Signals): void;
}

/** Starts a sweep in another process. Resolves when its folder can be read. */
export async function startSweep(dir: string, trials: number, epochs: number): Promise<Started> {
  const args = [
    'sweep',
    ...SEARCH,
    '--trials',
    String(trials),
    '--epochs',
    String(epochs),
    '--dir',
    dir,
    '--quiet',
  ];
  let over = false;
  let child: ChildProcess | undefined;
  const ended = bbb(args, { onStart: (started) => (child = started) }).finally(() => {
    over = true;
  });
  while (!existsSync(join(dir, 'sweep.json'))) {
    if (over) throw new Error(`The sweep ended without a folder: ${(await ended).stderr}`);
    await sleep(20);
  }
  return { ended, signal: (name) => void child?.kill(name) };
}

/** A trial that diverges at once: its loss is NaN. */
export function divergedSweep(dir: string): Promise<Ended> {
  return bbb([
    ...'sweep --methods sgd --lr 1e30 --seeds 1 --epochs 1 --limit 300 --validation 300 --hidden 8'.split(
      ' ',
    ),
    ...'--workers 1 --quiet --dir'.split(' '),
    dir,
  ]);
}

/** Runs a sweep to its end. */
export async function finishedSweep(dir: string, trials: number, epochs: number): Promise<void> {
  const { code, stderr } = await (await startSweep(dir, trials, epochs)).ended;
  if (code !== 0) throw new Error(stderr);
}
