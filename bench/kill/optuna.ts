import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Contender, Count } from './contender.js';

const STUDY = fileURLToPath(new URL('./study.py', import.meta.url));

/** The first interpreter that has Optuna; `PYTHON` names one to try before the others. */
function findPython(): string | undefined {
  const candidates = [process.env['PYTHON'], 'python3', '/usr/bin/python3', 'python'];
  return candidates.find(
    (python) => python && spawnSync(python, ['-c', 'import optuna'], { stdio: 'ignore' }).status === 0,
  );
}

/** Optuna as in its tutorial, and with heartbeats. Empty if Optuna is not installed. */
export function optunas(): Contender[] {
  const python = findPython();
  if (python === undefined) return [];
  const study = (dir: string): string => join(dir, 'study.db');
  const count = (dir: string): Count =>
    JSON.parse(execFileSync(python, [STUDY, study(dir), '--count'], { encoding: 'utf8' })) as Count;
  const version = execFileSync(python, ['-c', 'import optuna; print(optuna.__version__)'], {
    encoding: 'utf8',
  }).trim();
  const contender = (name: string, ...flags: readonly string[]): Contender => ({
    name: `Optuna ${version}${name}`,
    command: (dir) => [python, STUDY, study(dir), ...flags],
    read: (line) => (JSON.parse(line) as { type: 'start' | 'step' }).type,
    count,
  });
  return [contender(', n_trials=6'), contender(', heartbeat, retry, MaxTrialsCallback(6)', '--heartbeat')];
}
