import { fileURLToPath } from 'node:url';
import { createRegistry } from '@bbb/core';
import builtIn from '@bbb/plugins';
import { parseSweepConfig, planSweep } from '@bbb/sweep';
import { InvalidArgumentError } from 'commander';
import { describe, expect, it } from 'vitest';
import { sweepConfig } from '../../packages/cli/src/commands/sweep.js';
import { withSearch } from '../../packages/cli/src/config/search.js';
import { dimension } from '../../packages/cli/src/parse/dimension.js';
import { initialState, reduce } from '../../packages/cli/src/progress/reduce.js';
import { totalTrials } from '../../packages/cli/src/progress/state.js';
import { bbb, eventsOf } from '../support/command-line.js';
import { temporaryFolder } from '../support/folders.js';

const registry = createRegistry([builtIn]);
const preset = registry.list('presets')[0]!.value.sweep;
const RATE = dimension('training.optimizer.learningRate=logUniform:1e-4:1e-1');

describe('--space', () => {
  it('reads ranges and choices', () => {
    expect(RATE).toEqual({
      path: 'training.optimizer.learningRate',
      dimension: { kind: 'logUniform', low: 1e-4, high: 1e-1 },
    });
    expect(dimension('options.a=choice:1,x,true')).toEqual({
      path: 'options.a',
      dimension: { kind: 'choice', values: [1, 'x', true] },
    });
    expect(dimension('methods.drop-0.5.options.p=uniform:-1:0.5').path).toBe('methods.drop-0.5.options.p');
  });

  it.each(['a', 'a=uniform', 'a=uniform:1', 'a=uniform:1:', 'a=uniform:1:2:3', 'a=int:x:y', '=int:1:2'])(
    'refuses %s',
    (text) => expect(() => dimension(text)).toThrow(InvalidArgumentError),
  );
});

describe('flags of a search', () => {
  it('make a search, and change the search of a file', () => {
    const made = withSearch({}, { trials: 4, space: [RATE], sampler: 'tpe', scheduler: 'asha' }, registry);
    expect(made['search']).toEqual({
      trials: 4,
      space: { [RATE.path]: RATE.dimension },
      sampler: { use: 'tpe', options: {} },
      scheduler: { use: 'asha', options: {} },
    });
    const file = { search: { trials: 9, space: {}, sampler: { use: 'tpe', options: { startup: 3 } } } };
    expect(withSearch(file, { sampler: 'tpe', trials: 5 }, registry)['search']).toEqual({
      ...file.search,
      trials: 5,
    });
    expect(withSearch({}, {}, registry)).toEqual({});
    expect(() => withSearch({}, { sampler: 'tp' }, registry)).toThrow(/no sampler called "tp"/);
  });

  it('give a plan of exactly that many configurations', () => {
    const flags = { trials: 6, space: [RATE], seeds: 2 };
    const { trials } = planSweep(parseSweepConfig(sweepConfig(preset, flags, registry)), registry);
    expect(trials).toHaveLength(12);
    const learning = planSweep(
      parseSweepConfig(sweepConfig(preset, { ...flags, sampler: 'tpe' }, registry)),
      registry,
    );
    expect(learning.search).toMatchObject({ adaptive: true, total: 6 });
  });
});

it('progress counts trials that are not proposed yet', () => {
  const counts = {
    total: 4,
    done: 0,
    kept: 0,
    stoppedEarly: 0,
    failed: 0,
    diverged: 0,
    running: 0,
    waiting: 4,
  };
  let state = initialState({ trials: [] }, 0);
  state = reduce(state, { type: 'sweep-start', dir: '', workers: 1, resumed: false, waiting: [], counts }, 0);
  expect(totalTrials(state)).toBe(4);
  const trial = { id: 'a', label: 'a', variant: '', seed: 0, epochs: 1 };
  state = reduce(state, { type: 'trials-proposed', trials: [trial] }, 0);
  state = reduce(state, { type: 'trial-start', ...trial, attempt: 1, resumedEpochs: [] }, 0);
  expect(totalTrials(state)).toBe(4);
  const early = {
    type: 'trial-stopped-early',
    id: 'a',
    label: 'a',
    variant: '',
    seed: 0,
    epoch: 1,
    counts,
  } as const;
  state = reduce(state, early, 0);
  expect([totalTrials(state), state.stoppedEarly, state.running.size]).toEqual([4, 1, 0]);
});

it('bbb sweep searches, and the same command again finds everything done', async () => {
  const folder = temporaryFolder();
  const plugin = fileURLToPath(new URL('../../packages/contract/src/faulty.ts', import.meta.url));
  const args = ['sweep', '--plugin', plugin, '--dataset', 'toy', '--validation', '30', '--hidden', '6'];
  args.push('--methods', 'faulty', '--epochs', '2', '--prune', '0.5', '--quiet', '--json');
  args.push('--trials', '3', '--sampler', 'tpe', '--scheduler', 'median');
  args.push('--space', 'training.optimizer.learningRate=logUniform:1e-4:1e-1');
  for (const kept of [0, 3]) {
    const { code, stdout } = await bbb(args, { cwd: folder });
    expect(code).toBe(0);
    expect(eventsOf({ stdout }).at(-1)).toMatchObject({
      status: 'done',
      counts: { total: 3, done: 3, kept },
    });
  }
  const { code, stderr } = await bbb([...args, '--grid', 'training.batchSize=8,16'], { cwd: folder });
  expect(code).toBe(2);
  expect(stderr).toContain('has a grid, but a search takes its values from');
});
