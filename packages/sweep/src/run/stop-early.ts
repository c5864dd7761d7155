import { readEpochs } from '../read.js';
import { logEnd } from '../store/attempts.js';
import { storing } from '../store/errors.js';
import { makeFolder } from '../store/files.js';
import { trialFolder } from '../store/names.js';
import type { Attempted, Driving } from './drive-context.js';

/** Records for good that a scheduler ended a trial after `epoch`. */
export async function stopEarly(
  { dir, index, tally, emit, onEnd }: Driving,
  { planned, attempt, seconds }: Attempted,
  epoch: number,
): Promise<void> {
  const { id, label, variant, seed } = planned;
  const folder = trialFolder(dir, id);
  await storing('log an attempt', async () => {
    // The decision holds even if the folder of the trial is gone.
    await makeFolder(folder);
    await logEnd(folder, attempt, seconds, { outcome: 'stopped-early', epoch });
  });
  index.update(id, { state: 'stopped-early', epoch });
  tally.stoppedEarly(id);
  onEnd?.(planned, (await readEpochs(dir, id)).slice(0, epoch));
  emit({ type: 'trial-stopped-early', id, label, variant, seed, epoch, counts: tally.counts() });
}
