import { join } from 'node:path';
import { readSweep } from '@bbb/sweep';
import { expect, it } from 'vitest';
import { STEPS, TRIALS } from '../../bench/kill/contender.js';
import { killInThird } from '../../bench/kill/kill.js';
import { ours } from '../../bench/kill/ours.js';
import { temporaryFolder } from '../support/folders.js';
import { checkInvariant } from '../support/sweeps/invariant.js';

it('kill -9 in the third of six trials, then the same command: exactly six results', async () => {
  const dir = temporaryFolder();
  const { done, failed, running, steps } = await killInThird(ours, dir);
  expect({ done, failed, running }).toEqual({ done: TRIALS, failed: 0, running: 0 });
  expect(steps).toBeLessThan(TRIALS * STEPS + STEPS);
  const { plan } = await readSweep(join(dir, 'sweep'));
  expect(plan).toHaveLength(TRIALS);
  await checkInvariant(join(dir, 'sweep'), { trials: plan });
});
