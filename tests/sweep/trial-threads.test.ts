import { expect, it } from 'vitest';
import { temporaryFolders } from './fixtures/folders.js';
import { fingerprints } from './fixtures/invariant.js';
import { eventsOf, run, tinyPlan } from './fixtures/sweeps.js';

const folder = temporaryFolders();

it.each(['threads', 'processes'])(
  'in %s, the last trial gets the cores of the others from its next epoch on, to the same bytes',
  async (use) => {
    // The second one takes longer: each step sleeps.
    const plan = await tinyPlan({
      methods: [{ use: 'sgd' }, { label: 'slow', use: 'faulty', options: { fault: 'sleep', ms: 8 } }],
      training: { epochs: 6, batchSize: 16 },
    });
    const [alone, shared] = [folder(), folder()];
    await run(plan, { dir: alone, executor: { use: 'threads', options: { threads: 1 } } });
    const { events } = await run(plan, { dir: shared, executor: { use, options: { threads: 5 } } });
    const slow = plan.trials[1]!.id;
    const told = eventsOf(events, 'progress').filter(({ id }) => id === slow);
    expect(told.at(-1)!.threads).toBe(5);
    expect(await fingerprints(shared)).toEqual(await fingerprints(alone));
  },
);
