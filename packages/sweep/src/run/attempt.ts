import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  BbbError,
  type Execution,
  type Executor,
  type PlannedTrial,
  toErrorRecord,
  type TrialEnd,
  type TrialMessage,
} from '@bbb/core';
import { logStart } from '../store/attempts.js';
import { storing } from '../store/errors.js';
import { writeFileWhole } from '../store/files.js';
import { TRIAL_FILES, trialFolder } from '../store/names.js';
import { checkedEnd } from './checked-end.js';
import { deadline } from './deadline.js';

export interface AttemptOptions {
  readonly dir: string;
  readonly executor: Executor;
  readonly attempt: number;
  readonly checkpointSeconds: number;
  readonly timeoutSeconds: number | undefined;
  onMessage(message: TrialMessage): void;
  /** Called once the executor has taken the trial. */
  onExecution(execution: Execution): void;
}

/**
 * Makes one attempt at a trial, with its folder, its line in the log and its deadline, which counts from when the worker begins.
 * @throws BbbError `E_DISK_FULL`, `E_STORE_IO`
 */
export async function attemptTrial(
  planned: PlannedTrial,
  options: AttemptOptions,
): Promise<{ readonly end: TrialEnd; readonly seconds: number }> {
  const { dir, executor, attempt, timeoutSeconds, checkpointSeconds } = options;
  const folder = trialFolder(dir, planned.id);
  await storing('make the folder of a trial', async () => {
    await mkdir(folder, { recursive: true });
    await logStart(folder, attempt);
    // This file is for people. The program reads sweep.json.
    const text = `${JSON.stringify(planned, undefined, 2)}\n`;
    writeFileWhole(join(folder, TRIAL_FILES.trial), Buffer.from(text));
  });

  let began = performance.now();
  let stopWaiting: () => void = () => undefined;
  let expired = false;
  const execution = executor.run({ planned, folder, checkpointSeconds }, (message) => {
    if (message.type === 'started') {
      // A second 'started' arrives when a host was lost and another took the trial over.
      stopWaiting();
      began = performance.now();
      if (timeoutSeconds !== undefined) {
        stopWaiting = deadline(timeoutSeconds, () => {
          expired = true;
          execution.kill();
        });
      }
    }
    options.onMessage(message);
  });
  options.onExecution(execution);
  const end = checkedEnd(planned.id, await execution.end.finally(() => stopWaiting()));
  const seconds = (performance.now() - began) / 1000;
  return { end: expired && end.type === 'killed' ? timedOut(timeoutSeconds!) : end, seconds };
}

function timedOut(seconds: number): TrialEnd {
  const error = new BbbError('E_TIMEOUT', `The trial took longer than ${seconds} s.`, {
    hint: 'Allow more with --timeout, and add --retry-failed: the trial continues from its last checkpoint.',
  });
  return { type: 'failed', kind: 'timeout', error: toErrorRecord(error) };
}
