import { estimate } from '@bbb/report';
import type { Snapshot, TrialRow } from '@bbb/serve';
import { describe, expect, it } from 'vitest';
import { axesOf } from '../../packages/serve/client/axes.js';
import { sorted } from '../../packages/serve/client/columns.js';
import {
  isFiltered,
  NO_FILTERS,
  passes,
  withMethod,
  withRange,
} from '../../packages/serve/client/filters.js';
import { duration, nameOf } from '../../packages/serve/client/format.js';
import { liveness } from '../../packages/serve/client/live.js';
import { bySeeds, meansOf, pointsOf, type Measure } from '../../packages/serve/client/points.js';
import { student975 } from '../../packages/serve/client/student.js';
import { axisScale } from '../../packages/serve/client/parallel/scale.js';
import { merged } from '../../packages/serve/client/state.js';
import { dimensionsOf, logarithmic } from '../../packages/serve/src/dimensions.js';
import { changes } from '../../packages/serve/src/feed.js';

const row = (id: string, over: Partial<TrialRow> = {}): TrialRow => ({
  id,
  label: 'sgd',
  variant: '',
  seed: 0,
  state: 'done',
  epoch: 2,
  epochs: 2,
  validationError: 0.1,
  testError: 0.2,
  seconds: 3,
  attempts: 1,
  error: null,
  hyperparameters: {},
  curve: [],
  ...over,
});

const snapshot = (...trials: TrialRow[]): Snapshot => ({
  name: 'sweep',
  dir: '/sweep',
  config: {},
  summary: {
    data: 'mnist (SHA-256 0123456789ab)',
    counts: { done: trials.length, running: 0, waiting: 0, failed: 0, diverged: 0, 'stopped-early': 0 },
    unproposed: 0,
    unread: 0,
    etaSeconds: 0,
    fromEpochs: null,
    workers: 1,
    owner: null,
  },
  methods: [
    { label: 'sgd', color: '#0072b2', dash: 'none' },
    { label: 'bbb', color: '#c77f00', dash: '8 3' },
  ],
  dimensions: [{ key: 'training.rate', label: 'rate', kind: 'number', scale: 'log' }],
  headline: { error: 'error', unit: '%', factor: 100 },
  curve: 'validation',
  trials,
});

describe('curves', () => {
  const of = (seed: number, errors: readonly number[], over: Partial<TrialRow> = {}): TrialRow =>
    row(`${seed}`, { seed, curve: errors.map((error, i) => [i + 1, error, 2 * error, null]), ...over });
  const percent = { error: 'error', unit: '%', factor: 100 };

  it("show the requested quantity, without values that a logarithmic axis can't show", () => {
    const values = (...asked: [Measure, boolean]) =>
      pointsOf(of(0, [0.5, 0]), ...asked, percent).map(({ value }) => value);
    expect(values('error', false)).toEqual([50, 0]);
    expect(values('error', true)).toEqual([50]);
    expect(values('nll', false)).toEqual([1, 0]);
    expect(values('loss', false)).toEqual([]);
  });

  it('have a mean and an interval up to the epoch that three seeds reached', () => {
    const rows = [of(0, [0.1, 0.1]), of(1, [0.2, 0.1]), of(2, [0.3])];
    const points = rows.flatMap((one) => pointsOf(one, 'error', false, percent));
    const [first, ...rest] = meansOf(rows, points);
    expect(rest).toEqual([]);
    // The standard error is 10 / sqrt(3), and t(0.975) with two degrees of freedom 4.303.
    expect(first).toMatchObject({ epoch: 1, seeds: 3, mean: 20 });
    expect(first!.high - 20).toBeCloseTo((4.303 * 10) / Math.sqrt(3), 6);
    expect(20 - first!.low).toBeCloseTo((4.303 * 10) / Math.sqrt(3), 6);
  });

  it('belong together if trials differ only in their seeds', () => {
    const rows = [of(0, [1]), of(1, [1]), of(0, [1], { variant: 'rate=1' }), of(1, [1], { label: 'bbb' })];
    expect(bySeeds(rows).map(({ length }) => length)).toEqual([2, 1, 1]);
  });

  it('have the intervals of the report, for any number of seeds', () => {
    for (const n of [3, 5, 10, 31, 32, 61, 201]) {
      const { mean, high } = estimate(Array.from({ length: n }, (_, i) => (i * 37) % 11))!;
      const values = Array.from({ length: n }, (_, i) => (i * 37) % 11);
      const error = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1) / n);
      expect(student975(n - 1)).toBeCloseTo((high! - mean) / error, 2);
    }
  });
});

describe('the state of the sweep on the page', () => {
  const { summary } = snapshot();
  it('is live only while a process runs the sweep and the server answers', () => {
    const run = { ...summary, owner: { pid: 1, host: 'here' } };
    const half = { ...summary, counts: { ...summary.counts, waiting: 1 } };
    expect(liveness('open', run).text).toBe('Live');
    expect(liveness('lost', run).text).toMatch(/lost/);
    expect(liveness('open', summary).text).toBe('Finished');
    expect(liveness('open', half).text).toBe('Not running');
    expect(liveness('open', undefined).text).toMatch(/Connecting/);
  });
});

describe('dimensions', () => {
  it('are the options in which trials differ, with the shortest names that distinguish them', () => {
    const dimensions = dimensionsOf(
      [
        { 'method.options.p': 0.5, 'training.rate': 1e-4, 'data.use': 'mnist', hidden: '400-400', same: 1 },
        { 'training.rate': 1e-1, 'data.use': 'other', 'prior.p': 1, hidden: '100', same: 1 },
        {
          'method.options.p': 0.9,
          'training.rate': 1e-2,
          'data.use': 'mnist',
          'prior.p': 2,
          hidden: '100',
          same: 1,
        },
      ],
      new Set(['method.options.p']),
    );
    expect(dimensions).toEqual([
      { key: 'method.options.p', label: 'options.p', kind: 'number', scale: 'log' },
      { key: 'training.rate', label: 'rate', kind: 'number', scale: 'log' },
      { key: 'data.use', label: 'use', kind: 'choice', scale: 'linear' },
      { key: 'hidden', label: 'hidden', kind: 'choice', scale: 'linear' },
      { key: 'prior.p', label: 'prior.p', kind: 'number', scale: 'linear' },
    ]);
  });

  it('are logarithmic if the search is, also in the space of one method', () => {
    const space = {
      'training.optimizer.learningRate': { kind: 'logUniform' },
      'methods.bbb-1.5.options.sigma': { kind: 'logUniform' },
      'options.pi': { kind: 'uniform' },
    };
    expect([...logarithmic({ methods: [{ label: 'bbb-1.5' }], search: { space } })]).toEqual([
      'training.optimizer.learningRate',
      'method.options.sigma',
    ]);
    expect(logarithmic({}).size).toBe(0);
  });
});

describe('changes', () => {
  it('are new and changed rows, and lead from one snapshot to the next', () => {
    const before = snapshot(row('a'), row('b', { state: 'running', epoch: 1 }));
    const after = snapshot(row('a'), row('b'), row('c', { state: 'waiting' }));
    const update = changes(before, after)!;
    expect(update.trials.map(({ id }) => id)).toEqual(['b', 'c']);
    expect(merged(before, update)).toEqual(after);
    expect(changes(after, structuredClone(after))).toBeUndefined();
  });
});

describe('filters', () => {
  const axes = axesOf(snapshot(row('a', { hyperparameters: { 'training.rate': 0.1 } })));
  const pass = (own: TrialRow, filters = NO_FILTERS): boolean => passes(own, filters, axes);

  it('are by method, state and words, which must all occur', () => {
    const failed = row('f', { label: 'bbb', state: 'failed', seed: 3, error: 'Out of luck.' });
    expect(pass(failed)).toBe(true);
    expect(pass(failed, withMethod(NO_FILTERS, 'sgd'))).toBe(false);
    expect(pass(failed, withMethod(withMethod(NO_FILTERS, 'sgd'), 'bbb'))).toBe(true);
    expect(withMethod(withMethod(NO_FILTERS, 'sgd'), 'sgd')).toEqual(NO_FILTERS);
    expect(pass(failed, { ...NO_FILTERS, state: 'done' })).toBe(false);
    expect(pass(failed, { ...NO_FILTERS, text: ' LUCK seed 3 ' })).toBe(true);
    expect(pass(failed, { ...NO_FILTERS, text: 'luck done' })).toBe(false);
    expect([isFiltered(NO_FILTERS), isFiltered({ ...NO_FILTERS, text: ' ' })]).toEqual([false, false]);
  });

  it('are by ranges with their ends; a trial without a value is in no range', () => {
    const error = withRange(NO_FILTERS, 'validationError', { kind: 'number', low: 10, high: 20 });
    expect(pass(row('a', { validationError: 0.1 }), error)).toBe(true);
    expect(pass(row('a', { validationError: 0.21 }), error)).toBe(false);
    expect(pass(row('a', { validationError: null }), error)).toBe(false);
    const method = withRange(NO_FILTERS, 'label', { kind: 'choice', values: new Set(['bbb']) });
    expect([pass(row('a'), method), pass(row('a', { label: 'bbb' }), method)]).toEqual([false, true]);
    expect(withRange(method, 'label', undefined)).toEqual(NO_FILTERS);
  });
});

describe('the order of the table', () => {
  it('has missing values last in both directions, and equal rows in the order of the plan', () => {
    const rows = [
      row('a', { testError: null }),
      row('b', { testError: 0.3 }),
      row('c', { testError: 0.1 }),
      row('d', { testError: 0.3 }),
    ];
    const order = (descending: boolean): string =>
      sorted(rows, { key: 'test', descending })
        .map(({ id }) => id)
        .join('');
    expect([order(false), order(true)]).toEqual(['cbda', 'bdca']);
    expect(sorted(rows, undefined)).toBe(rows);
  });
});

describe('a scale', () => {
  const [, rate] = axesOf(snapshot(row('a')));
  const rows = [1e-4, 1e-2].map((value) =>
    row(String(value), { hyperparameters: { 'training.rate': value } }),
  );

  it('has a range for every span, and a span for every range, also for open ones', () => {
    const { at, range, span } = axisScale(rate!, rows, 200)!;
    expect([at(1e-2), at(1e-4), at(1e-3)].map(Math.round)).toEqual([0, 200, 100]);
    const half = range(0, 100);
    if (half.kind !== 'number') throw new Error('not a range of numbers');
    expect(half.low).toBeCloseTo(1e-3, 10);
    expect(span(half).map(Math.round)).toEqual([0, 100]);
    expect(span({ kind: 'number', low: -Infinity, high: Infinity }).map(Math.round)).toEqual([0, 200]);
    const [top, bottom] = span({ kind: 'number', low: 1e-2, high: 1e-3 });
    expect(bottom).toBe(top);
  });

  it('needs a value, and adds a margin around a single one', () => {
    expect(axisScale(rate!, [row('a')], 200)).toBeUndefined();
    const y = axisScale({ ...rate!, scale: 'linear' }, rows.slice(0, 1), 200)!.at(1e-4);
    expect(y).toBeGreaterThan(50);
    expect(y).toBeLessThan(150);
  });
});

describe('text', () => {
  it('has few digits', () => {
    expect(nameOf(row('a', { variant: 'rate=0.038373999556421234 n=200 s=1.2345678e-7 v=0.25' }))).toBe(
      'sgd rate=0.03837 n=200 s=1.235e-7 v=0.25',
    );
    expect([null, 3.14, 59.7, 200, 7500].map(duration)).toEqual(['–', '3.1s', '59s', '3m 20s', '2h 5m']);
  });
});
