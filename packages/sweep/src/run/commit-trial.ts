import { join } from 'node:path';
import { keptEpoch, syncFolder } from '@bbb/core';
import { logEnd } from '../store/attempts.js';
import { removeCheckpoints } from '../store/checkpoints.js';
import { storing } from '../store/errors.js';
import { TRIAL_FILES, trialFolder, trialsFolder } from '../store/names.js';
import { syncOwn } from '../store/own-open.js';
import { commitResult, type Handed } from '../store/result-file.js';
import { sha256 } from '../store/sealed.js';
import { etaOf, type Attempted, type Driving } from './drive-context.js';

/**
 * Makes the result of a trial durable, then reports it.
 * @throws BbbError `E_DISK_FULL`, `E_STORE_IO`
 */
export async function commitTrial(
  driving: Driving,
  { planned, attempt, seconds }: Attempted,
  handed: Handed,
): Promise<void> {
  const { dir, data, index, tally, emit } = driving;
  const { id, label, variant, seed } = planned;
  const folder = trialFolder(dir, id);
  // A result is durable only if its folder and its checkpoint are.
  await storing('store a result', () =>
    Promise.all([syncFolder(trialsFolder(dir)), syncOwn(join(folder, TRIAL_FILES.checkpoint))]),
  );
  const committed = await commitResult(folder, handed, data);
  await storing('tidy up after a trial', async () => {
    await removeCheckpoints(folder);
    await logEnd(folder, attempt, seconds, { outcome: 'done' });
  });
  const { result } = committed;
  index.update(id, {
    state: 'done',
    epoch: result.epochs.length,
    validationError: keptEpoch(result.epochs, result.trial.select)?.validationError ?? null,
    sha256: sha256(committed.text),
    error: null,
  });
  tally.done(id, label, seconds);
  driving.onEnd?.(planned, result.epochs);
  emit({
    type: 'trial-done',
    id,
    label,
    variant,
    seed,
    seconds,
    result,
    counts: tally.counts(),
    ...etaOf(driving),
  });
}
