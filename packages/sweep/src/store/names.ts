import { join } from 'node:path';

/** The frozen configuration and the plan. */
export const sweepFile = (dir: string): string => join(dir, 'sweep.json');
/** Reports of running trials, and the scheduler's decisions. */
export const reportsFile = (dir: string): string => join(dir, 'sweep.reports.jsonl');
/** The lock: the process that runs the sweep. */
export const lockFile = (dir: string): string => join(dir, 'sweep.lock');
/** The index. It and its -wal and -shm files may be deleted at any time. */
export const indexFile = (dir: string): string => join(dir, 'sweep.db');
export const trialsFolder = (dir: string): string => join(dir, 'trials');
export const trialFolder = (dir: string, id: string): string => join(dir, 'trials', id);

/** Files of a trial's folder. */
export const TRIAL_FILES = {
  trial: 'trial.json',
  attempts: 'attempts.jsonl',
  metrics: 'metrics.jsonl',
  /** SHA-256 of the checkpoints of epochs. */
  checkpoints: 'checkpoints.jsonl',
  checkpoint: 'checkpoint.safetensors',
  result: 'result.json',
} as const;

export const epochCheckpoint = (epoch: number): string => `checkpoint-${epoch}.safetensors`;

/** The epoch of a checkpoint's file name. Undefined for other names. */
export function epochOf(name: string): number | undefined {
  const match = /^checkpoint-(\d+)\.safetensors$/.exec(name);
  return match ? Number(match[1]) : undefined;
}

/** `trials/<id>/<name>`; `sweep.inbox/<id>/<name>`; and what is in `sweep.shares/<index>-of-<count>`. */
const IN_TRIAL = /^((.*[\\/](?:trials|sweep\.inbox))[\\/][0-9a-f]{16})[\\/][^\\/]+$/s;
const IN_SHARE = /^((.*[\\/]sweep\.shares)[\\/]\d+-of-\d+)[\\/]/s;

/** The folders inside a sweep's folder that lead to a file. */
export function ownFoldersOf(path: string): string[] {
  return [IN_SHARE, IN_TRIAL].flatMap((pattern) => {
    const [, inner, outer] = pattern.exec(path) ?? [];
    return outer !== undefined && inner !== undefined ? [outer, inner] : [];
  });
}

/** Left by a process that died while it wrote; see writeFileAtomic of core. */
export const isTemporary = (name: string): boolean => /^\..*\.tmp$/.test(name);
