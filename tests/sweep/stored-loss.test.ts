import { join } from 'node:path';
import { readEpochs } from '@bbb/sweep';
import { expect, it } from 'vitest';
// The package does not export the code with which a resumed search reads the folder of a trial.
import { storedLoss } from '../../packages/sweep/src/run/live-search.js';
import { temporaryFolder } from '../support/folders.js';
import { run, tinyPlan } from '../support/sweeps/tiny.js';

it('of a trial that was stopped early is that of the epoch of the decision, even if later epochs were trained', async () => {
  const plan = await tinyPlan();
  const dir = join(temporaryFolder(), 'sweep');
  await run(plan, { dir, workers: 1 });
  const [planned] = plan.trials;
  const errors = (await readEpochs(dir, planned!.id)).map(({ validationNll }) => validationNll);
  expect(new Set(errors).size).toBe(3);
  const config = {
    ...plan.config,
    search: { trials: 1, space: {}, seed: 0, objective: 'validationNll' },
  } as const;
  for (const epochs of [1, 2, 3]) {
    const state = { state: 'stopped-early', attempts: 1, epochs } as const;
    expect(await storedLoss(dir, planned!, state, config)).toBe(errors[epochs - 1]);
  }
});
