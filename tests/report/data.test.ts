import type { Histogram } from '@bbb/core';
import { renderHtml, renderReportMarkdown, reproduction, settingsOf } from '@bbb/report';
import { describe, expect, it } from 'vitest';
import { secondsPerEpoch, targetErrors, timeTo, timeToBest } from '../../packages/report/src/data/cost.js';
import { cumulative, density, pool, quantile } from '../../packages/report/src/data/histogram.js';
import { keepsUpTo } from '../../packages/report/src/answer/keeps.js';
import { PUBLISHED } from '../../packages/report/src/published/numbers.js';
import { fixtureSweep } from '../support/made-up/sweep.js';

describe('histograms', () => {
  const uniform: Histogram = { low: 0, high: 2, counts: [25, 25, 25, 25], below: 0, above: 0 };

  it('have a density that integrates to the mass inside', () => {
    const open = { ...uniform, below: 60, above: 40 };
    const mass = density(open).reduce((sum, { y }) => sum + y * 0.5, 0);
    expect(mass).toBeCloseTo(0.5, 12);
    expect(density(uniform).map(({ x, y }) => [x, y])).toEqual([
      [0.25, 0.5],
      [0.75, 0.5],
      [1.25, 0.5],
      [1.75, 0.5],
    ]);
  });

  it('have the quantiles of a uniform distribution', () => {
    for (const p of [0.1, 0.25, 0.6, 1]) expect(quantile(uniform, p)).toBeCloseTo(2 * p, 12);
  });

  it('do not guess quantiles outside of the bins', () => {
    expect(quantile({ ...uniform, below: 100 }, 0.3)).toBeUndefined();
    expect(quantile({ ...uniform, above: 100 }, 0.9)).toBeUndefined();
    expect(quantile({ ...uniform, below: 100 }, 0.75)).toBeCloseTo(1, 12);
  });

  it('add up over seeds', () => {
    const pooled = pool([uniform, { ...uniform, counts: [1, 2, 3, 4], above: 5 }])!;
    expect(pooled).toEqual({ ...uniform, counts: [26, 27, 28, 29], above: 5 });
    expect(cumulative(pooled).at(-1)!.y).toBeCloseTo(110 / 115, 12);
    expect(pool([])).toBeUndefined();
  });
});

it('the files of a report are those of both data sets, with different names', () => {
  const data = fixtureSweep({ labels: ['sgd'], seeds: [0], epochs: 1 });
  const [base] = data.results;
  const other = { 'train-images': 'd'.repeat(64) };
  const trial = {
    ...base!.trial,
    data: { ...base!.trial.data, outOfDistribution: { use: 'fashion-mnist', options: {} } },
  };
  const both = { ...data, results: [{ ...base!, trial, outOfDistributionSha256: other }] };
  expect(reproduction(data).data).toEqual(base!.dataSha256);
  expect(reproduction(both).data).toEqual({
    ...base!.dataSha256,
    'fashion-mnist train-images': 'd'.repeat(64),
  });
});

describe('a folder with results of different data', () => {
  const data = fixtureSweep({ labels: ['sgd'], seeds: [0, 1, 2], epochs: 1, shares: [0] });
  const mixed = {
    ...data,
    results: data.results.map((result, i) =>
      i === 1 ? { ...result, dataSha256: { ...result.dataSha256, 'train-images': 'e'.repeat(64) } } : result,
    ),
  };

  it('lists every content of a file, with the number of its results', () => {
    const { data: agreed, mixedData } = reproduction(mixed);
    expect(agreed).toEqual({ 't10k-images': 'b'.repeat(64) });
    expect(mixedData).toEqual({
      'train-images': [
        { sha256: 'a'.repeat(64), results: 2 },
        { sha256: 'e'.repeat(64), results: 1 },
      ],
    });
    expect(reproduction(data)).not.toHaveProperty('mixedData');
  });

  it('is reported', () => {
    const html = renderHtml(mixed);
    expect(html).toContain(`<code>SHA-256 ${'e'.repeat(64)}</code> (1 of 3 results)`);
    const markdown = renderReportMarkdown(mixed);
    expect(markdown).toContain(`- train-images: SHA-256 ${'a'.repeat(64)} (2 of 3 results)`);
    expect(markdown).toContain(`- train-images: SHA-256 ${'e'.repeat(64)} (1 of 3 results)`);
  });
});

describe('cost', () => {
  const [setting] = settingsOf(fixtureSweep({ labels: ['sgd'], seeds: [0], epochs: 4 }));
  const [base] = setting!.groups[0]!.results;
  const result = {
    ...base!,
    epochs: base!.epochs.map((epoch, i) => ({
      ...epoch,
      seconds: [1, 1, 10, 1][i]!,
      validationError: [0.3, 0.06, 0.04, 0.05][i]!,
    })),
    bestEpoch: 3,
  };

  it('takes the median epoch, so that one disturbed epoch does not count', () => {
    expect(secondsPerEpoch(result)).toBe(1);
  });

  it('counts the time up to the first epoch that is good enough', () => {
    expect(timeTo(result, 0.06)).toEqual({ epochs: 2, seconds: 2 });
    expect(timeTo(result, 0.045)).toEqual({ epochs: 3, seconds: 12 });
    expect(timeTo(result, 0.01)).toBeUndefined();
    expect(timeToBest(result)).toEqual({ epochs: 3, seconds: 12 });
  });

  it('chooses errors that all methods, or two methods, reached in every seed', () => {
    const group = (errors: readonly number[]) => ({
      ...setting!.groups[0]!,
      results: errors.map((error) => ({
        ...result,
        epochs: result.epochs.map((e) => ({ ...e, validationError: error })),
      })),
    });
    expect(targetErrors([group([0.021, 0.024]), group([0.011, 0.019]), group([0.07])])).toEqual([
      0.08, 0.025,
    ]);
    expect(targetErrors([])).toEqual([]);
  });
});

describe('keepsUpTo', () => {
  it('stops at the first share that costs too much, without regard to later ones', () => {
    const [setting] = settingsOf(
      fixtureSweep({
        labels: ['sgd'],
        seeds: [0],
        shares: [0, 0.5, 0.75, 0.9],
        accuracy: (_label, share) => ({ 0: 0.98, 0.5: 0.975, 0.75: 0.9, 0.9: 0.98 })[share]!,
      }),
    );
    expect(keepsUpTo(setting!.groups[0]!)).toBe(0.5);
    expect(keepsUpTo(setting!.groups[0]!, 0.2)).toBe(0.9);
    expect(keepsUpTo(setting!.groups[0]!, 0.001)).toBe(0);
  });
});

describe('published numbers', () => {
  it('are those of the published tables', () => {
    const value = (source: string, dataset: string, label: string, hidden: number, share: number) =>
      PUBLISHED.find((table) => table.source.endsWith(source) && table.dataset === dataset)!.rows.find(
        (row) => row.label === label && row.hidden[0] === hidden,
      )!.accuracy[String(share)];
    expect(value('Networks, Table 1', 'mnist', 'sgd', 500, 0.9)).toBe(0.6943);
    expect(value('Table 2', 'fashion-mnist', 'dropout-0.75', 500, 0.75)).toBe(0.579);
    expect(value('05424, Table 1', 'mnist', 'bbb-mixture', 1200, 0)).toBe(0.9868);
    expect(value('05424, Table 2', 'mnist', 'bbb-mixture', 1200, 0.98)).toBe(0.9861);
  });

  it("always have the caveat at the rows of the study's BBB", () => {
    const rows = PUBLISHED.filter(({ preset }) => preset === 'study').flatMap((table) => table.rows);
    const flat = rows.filter(({ accuracy }) => accuracy['0.9']! > accuracy['0']! - 0.01);
    expect(flat).toHaveLength(2);
    for (const { caveat } of flat) expect(caveat).toMatch(/never took effect/);
  });
});
