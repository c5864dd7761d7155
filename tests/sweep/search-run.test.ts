import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readSweep, sweepStatus, type Plan } from '@bbb/sweep';
import { beforeAll, describe, expect, it } from 'vitest';
import type { SearchRecord } from '../../packages/sweep/src/store/sweep-record.js';
import { sharedFolder, temporaryFolder } from '../support/folders.js';
import { SEARCH, searchPlan } from './fixtures/search-plan.js';
import { eventsOf, run, tinyPlan } from '../support/sweeps/tiny.js';

const CHILD = fileURLToPath(new URL('./fixtures/search.ts', import.meta.url));

/** The part of sweep.json about the search. */
function stored(dir: string): { search: SearchRecord; trials: { id: string; configuration: string }[] } {
  const { sweep } = JSON.parse(readFileSync(join(dir, 'sweep.json'), 'utf8')) as {
    sweep: ReturnType<typeof stored>;
  };
  return sweep;
}

describe('a search planned in advance', () => {
  it.each(['random', 'halton'])('has exactly N different configurations with every seed: %s', async (use) => {
    const { trials, search } = await searchPlan(use);
    expect(search).toBeUndefined();
    expect(trials).toHaveLength(8 * 2);
    expect(new Set(trials.map(({ configuration }) => configuration)).size).toBe(8);
    expect(trials.map(({ seed }) => seed)).toEqual([...Array(8).fill(0), ...Array(8).fill(1)]);
    expect((await searchPlan(use)).trials).toEqual(trials);
    const other = await searchPlan(use, { search: { ...SEARCH, sampler: { use }, seed: 1 } });
    expect(other.trials).not.toEqual(trials);
  });

  it('sets only options that the chosen method has', async () => {
    const { trials } = await searchPlan('random');
    expect(new Set(trials.map(({ label }) => label))).toEqual(new Set(['sgd', 'other']));
    for (const { label, variant, trial } of trials) {
      expect(variant.includes('tag=')).toBe(label === 'other');
      const { learningRate } = trial.training.optimizer;
      expect(learningRate).toBeGreaterThanOrEqual(1e-4);
      expect(learningRate).toBeLessThan(1);
    }
  });

  it('chooses among several networks, and fills a small space completely', async () => {
    const space = { 'training.batchSize': { kind: 'int', low: 8, high: 10 } } as const;
    const plan = await tinyPlan({
      hidden: [[4], [5]],
      search: { trials: 6, space, sampler: { use: 'random' } },
    });
    const pairs = plan.trials.map(({ trial }) => `${trial.hidden.join()} ${trial.training.batchSize}`);
    expect(pairs.toSorted()).toEqual(['4 10', '4 8', '4 9', '5 10', '5 8', '5 9']);
  });

  it.each([
    [
      'a space that is too small',
      { trials: 3, space: { 'training.epochs': { kind: 'int', low: 1, high: 2 } } },
    ],
    ['an empty range', { trials: 1, space: { 'training.epochs': { kind: 'int', low: 2, high: 1 } } }],
    [
      'an unknown method',
      { trials: 1, space: { 'methods.x.options.p': { kind: 'uniform', low: 0, high: 1 } } },
    ],
  ] as const)('refuses %s', async (_what, search) => {
    await expect(tinyPlan({ search })).rejects.toMatchObject({ code: 'E_SEARCH_SPACE' });
  });

  it('refuses unknown options, values that are not allowed, trials without a space, no validation', async () => {
    const at = (path: string, dimension: object) =>
      tinyPlan({ search: { trials: 1, space: { [path]: dimension } } as never });
    await expect(at('options.nope', { kind: 'uniform', low: 0, high: 1 })).rejects.toMatchObject({
      code: 'E_OPTIONS',
    });
    await expect(at('training.epochs', { kind: 'int', low: 0, high: 3 })).rejects.toMatchObject({
      code: 'E_SWEEP_CONFIG',
    });
    await expect(tinyPlan({ search: { trials: 3 } })).rejects.toThrow(/nothing to choose/);
    await expect(searchPlan('random', { validation: 0 })).rejects.toThrow(/"validation" is 0/);
  });
});

describe('a search that learns while it runs', () => {
  let undisturbed: ReturnType<typeof stored>;
  let losses: Record<string, number | null>;
  const dir = sharedFolder();
  beforeAll(async () => {
    const { outcome, events } = await run(await searchPlan('tpe'), { dir, workers: 1 });
    expect(outcome).toMatchObject({ status: 'done', counts: { total: 16, done: 16, waiting: 0 } });
    expect(eventsOf(events, 'trials-proposed')).toHaveLength(8);
    undisturbed = stored(dir);
    losses = Object.fromEntries(
      undisturbed.search.completed.map(({ configuration, loss }) => [configuration, loss]),
    );
    const { results, plan } = await readSweep(dir);
    const [first] = plan;
    const own = results.filter(
      ({ id }) => plan.find((p) => p.id === id)!.configuration === first!.configuration,
    );
    const errors = own.map(({ epochs }) => epochs.at(-1)!.validationError!);
    expect(errors).toHaveLength(2);
    expect(losses[first!.configuration]).toBeCloseTo((errors[0]! + errors[1]!) / 2, 15);
    // The standard error of two numbers is half of their difference.
    const { standardError } = undisturbed.search.completed.find(
      ({ configuration }) => configuration === first!.configuration,
    )!;
    expect(standardError).toBeCloseTo(Math.abs(errors[0]! - errors[1]!) / 2, 15);
  });

  it('proposes exactly N configurations, and the same again with one worker', async () => {
    expect(undisturbed.search.proposals).toHaveLength(8);
    expect(new Set(undisturbed.trials.map(({ configuration }) => configuration)).size).toBe(8);
    const dir = temporaryFolder();
    await run(await searchPlan('tpe'), { dir, workers: 1 });
    expect(stored(dir)).toEqual(undisturbed);
  });

  it('proposes other points than random ones after some results', async () => {
    const random = (await searchPlan('random')).trials.slice(0, 8).map(({ configuration }) => configuration);
    const own = undisturbed.search.proposals.map(({ configuration }) => configuration);
    expect(own.slice(0, 4)).toEqual(random.slice(0, 4));
    expect(own.slice(4)).not.toEqual(random.slice(4));
  });

  it('goes on after kill -9 to the same configurations', async () => {
    const dir = temporaryFolder();
    for (const after of [5, 6]) {
      const child = spawn(process.execPath, [`--import=${import.meta.resolve('tsx')}`, CHILD, dir, 'tpe'], {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, NODE_OPTIONS: '' },
      });
      const closed = new Promise((resolve) => child.on('close', resolve));
      let text = '';
      child.stdout.setEncoding('utf8').on('data', (more: string) => {
        text += more;
        if (text.split('"trial-done"').length > after) child.kill('SIGKILL');
      });
      await closed;
      expect(child.signalCode).toBe('SIGKILL');
    }
    const { outcome } = await run(await searchPlan('tpe'), { dir, workers: 1 });
    expect(outcome.counts).toMatchObject({ total: 16, done: 16 });
    expect(outcome.counts.kept).toBeGreaterThanOrEqual(10);
    expect(stored(dir)).toEqual(undisturbed);
  });

  it('is restored if its record is lost: the same proposals, the same results', async () => {
    const dir = temporaryFolder();
    await run(await searchPlan('tpe'), { dir, workers: 1 });
    const { writeFileSync } = await import('node:fs');
    writeFileSync(join(dir, 'sweep.json'), 'garbage');
    const { outcome, events } = await run(await searchPlan('tpe'), { dir, workers: 1 });
    expect(eventsOf(events, 'trial-start')).toHaveLength(0);
    expect(outcome.counts).toMatchObject({ total: 16, kept: 16 });
    expect(stored(dir)).toEqual(undisturbed);
  });

  it('goes on with more trials only with --extend', async () => {
    const dir = temporaryFolder();
    const with3 = { search: { ...SEARCH, trials: 3, sampler: { use: 'tpe' } }, seeds: [0] };
    await run(await searchPlan('tpe', with3), { dir, workers: 2 });
    const plan = await searchPlan('tpe', { ...with3, search: { ...with3.search, trials: 5 } });
    await expect(run(plan, { dir })).rejects.toMatchObject({ code: 'E_SWEEP_CHANGED' });
    const { outcome } = await run(plan, { dir, extend: true });
    expect(outcome.counts).toMatchObject({ total: 5, kept: 3, done: 5 });
    const { trials } = await sweepStatus(dir);
    expect(trials.map(({ state }) => state)).toEqual(Array(5).fill('done'));
  });

  it.each(['the run that searches on', 'a run before that'])(
    'learns from a trial that is tried again in %s',
    async (when) => {
      const dir = temporaryFolder();
      const log = join(temporaryFolder(), 'log');
      const space = {
        'training.optimizer.learningRate': { kind: 'logUniform', low: 1e-4, high: 1 },
      } as const;
      const planOf = (trials: number): Promise<Plan> =>
        tinyPlan({
          methods: [{ use: 'faulty', options: { fault: 'throw', log, once: true } }],
          search: { trials, space, sampler: { use: 'tpe' } },
        });
      // The fault occurs in one attempt, that of the first configuration. The second configuration is proposed with this failure known.
      const first = await run(await planOf(2), { dir, workers: 1, maxRetries: 0 });
      expect(first.outcome.counts).toMatchObject({ done: 1, failed: 1 });
      expect(stored(dir).search.completed).toMatchObject([{ loss: null }]);
      const options = { dir, workers: 1, retryFailed: true };
      if (when === 'a run before that') await run(await planOf(2), options);
      const { outcome } = await run(await planOf(4), { ...options, extend: true });
      expect(outcome.counts).toMatchObject({ total: 4, done: 4 });
      const { search } = stored(dir);
      const known = new Set(search.completed.map(({ configuration }) => configuration));
      // All except the last one, which was proposed after them.
      expect(known).toEqual(new Set(search.proposals.slice(0, 3).map(({ configuration }) => configuration)));
      for (const { loss } of search.completed) expect(loss).not.toBeNull();
    },
  );
});
