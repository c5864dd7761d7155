import {
  answersOf,
  reportFigures,
  reportTables,
  settingsOf,
  targetBrackets,
  type SweepData,
} from '@bbb/report';
import { describe, expect, it } from 'vitest';
import { sparsestBelow } from '../../packages/report/src/answer/target.js';
import { formatCell } from '../../packages/report/src/tables/format.js';
import { fixtureSweep } from '../support/made-up/sweep.js';

/** The fixture's results with sizes: the sparse file has one byte for each per mille of weights that is left. */
function withBytes(data: SweepData): SweepData {
  return {
    ...data,
    results: data.results.map((result) => ({
      ...result,
      environment: {
        ...result.environment,
        latency: [
          {
            pruner: result.pruning[0]!.pruner,
            share: 0.9,
            batch: 256,
            masked: { one: 0.5, batch: 4 },
            compact: { one: 0.25, batch: 1 },
          },
        ],
      },
      pruning: result.pruning.map((row) => ({
        ...row,
        bytes: {
          dense: 4000,
          sparse: Math.round(4000 * (1 - row.share)) + 125,
          gzip: Math.round(1000 * (1 - row.share)) + 20,
        },
        paths: {
          active: Math.round((row.ranked - row.zeros) / 2),
          deadUnits: { 'layers.0.weight': [3, 8] as const },
        },
        ...(row.share === 0.9
          ? {
              compact: {
                units: { 'layers.0.weight': 5 },
                parameters: 123,
                flops: 456,
                bytes: { dense: 492, gzip: 321 },
                metrics: row.evaluations[0]!.metrics,
                difference: 0,
              },
            }
          : {}),
      })),
    })),
  };
}

const sized = (options: Parameters<typeof fixtureSweep>[0] = {}): SweepData =>
  withBytes(fixtureSweep({ labels: ['sgd'], shares: [0, 0.5, 0.9], seeds: [0, 1, 2], ...options }));

const textsOf = (data: SweepData, id: string): string[][] => {
  const table = reportTables(data).find((one) => one.id.startsWith(id));
  return table?.rows.map((row) => row.map((cell) => formatCell(cell))) ?? [];
};

describe('the sizes of networks', () => {
  it('are in a table at every sparsity, with the weights that are on no path', () => {
    const rows = textsOf(sized(), 'bytes');
    expect(rows.map(([, , share]) => share)).toEqual(['0 %', '50 %', '90 %']);
    expect(rows[2]!.slice(5, 9)).toEqual(['3.0 ± 0.0', '4 000 ± 0', '525 ± 0', '120 ± 0']);
  });

  it('are in a figure, against the error', () => {
    const figure = reportFigures(sized()).find(({ id }) => id.startsWith('pareto'))!;
    expect(figure.description).toContain('in 120 bytes');
    expect(String(figure.body)).not.toContain('NaN');
  });

  it('are given for compact networks: parameters, FLOPs, bytes and times', () => {
    const [row, ...more] = textsOf(sized(), 'compact');
    expect(more).toEqual([]);
    expect(row!.slice(4)).toEqual([
      '123 ± 0',
      '456 ± 0',
      '492 ± 0',
      '321 ± 0',
      '0.250 ± 0.000',
      '1.000 ± 0.000',
      '4.000 ± 0.000',
    ]);
  });

  it('are given for suggested and layer sparsities, separate from the shares of the sweep', () => {
    const data = sized();
    const more = {
      ...data,
      results: data.results.map((result) => {
        const row = result.pruning.at(-1)!;
        return {
          ...result,
          pruning: [
            ...result.pruning,
            {
              ...row,
              share: 0.123 + result.trial.seed / 1000,
              suggested: true,
              warnings: ['All weights of <b> are removed.'],
            },
            { ...row, share: 0.8, layerShares: [0.9, 0.5] },
          ],
        };
      }),
    };
    expect(textsOf(more, 'own-sparsity').map(([, , to]) => to)).toEqual(['suggested', 'by layer: 90, 50']);
    expect(textsOf(more, 'pruning')).toEqual(textsOf(data, 'pruning'));
    const bytes = reportTables(more).find(({ id }) => id.startsWith('bytes'))!;
    const { first, others } = { first: data.plan[0]!.label, others: more.results.length - 1 };
    expect(bytes.notes.at(-1)).toMatch(
      new RegExp(
        `^${first}, .* seed 0 \\(and ${others} more networks\\): All weights of <b> are removed\\.$`,
      ),
    );
  });

  it('are left out for results of earlier versions', () => {
    const data = fixtureSweep({ labels: ['sgd'], seeds: [0, 1] });
    expect(textsOf(data, 'bytes')).toEqual([]);
    expect(reportFigures(data).some(({ id }) => id.startsWith('pareto'))).toBe(false);
  });
});

describe('the log evidence', () => {
  it('is in a table if a method has one, in total and for each training example', () => {
    const data = sized();
    const said = { ...data, results: data.results.map((result) => ({ ...result, logEvidence: -1500 })) };
    const [row] = textsOf(said, 'evidence');
    expect(row).toEqual([
      'sgd',
      '-1500.0 ± 0.0',
      `${(-1500 / data.results[0]!.examples.train).toFixed(4)} ± 0.0000`,
    ]);
    expect(textsOf(data, 'evidence')).toEqual([]);
  });
});

describe('a target error', () => {
  const accuracies = [0.985, 0.98, 0.981];
  const at = (share: number, seed: number): number => accuracies[seed]! - (share === 0.9 ? 0.02 : 0);
  // The accuracy on the test images is better than on the validation images, but it must not count.
  const data = (): SweepData =>
    sized({ validationAccuracy: (_, share, seed) => at(share, seed), accuracy: () => 0.999 });

  it('is reached up to the highest sparsity whose one-sided bound stays below', () => {
    const { groups } = settingsOf(data())[0]!;
    const errors = accuracies.map((value) => 1 - value);
    const mean = errors.reduce((a, b) => a + b) / 3;
    const sd = Math.sqrt(errors.reduce((sum, e) => sum + (e - mean) ** 2, 0) / 2);
    // Student's t at 95 % with two degrees of freedom: 2.91999.
    const bound = mean + (2.91999 * sd) / Math.sqrt(3);
    const pruner = groups[0]!.results[0]!.pruning[0]!.pruner;
    const found = sparsestBelow(groups[0]!, pruner, bound + 1e-6)!;
    expect(found.share).toBe(0.5);
    expect(found.bound).toBeCloseTo(bound, 5);
    expect(sparsestBelow(groups[0]!, pruner, bound - 1e-4)).toBeUndefined();
    expect(sparsestBelow(groups[0]!, pruner, bound + 0.02 + 1e-6)!.share).toBe(0.9);
  });

  it('is answered in a sentence', () => {
    const [answer] = answersOf(data(), { targetError: 0.025 });
    expect(answer!.further.join(' ')).toMatch(
      /keeps the validation error below 2\.50 % up to 50 % removed \(of the sparsities that were measured/,
    );
    const [bracket] = targetBrackets(data(), 0.025);
    expect(bracket).toMatchObject({ from: 0.5, to: 0.9 });
    expect(bracket!.trials).toHaveLength(3);
    const refined = [{ ...bracket!, share: 0.75, bound: 0.024, testErrors: [0.02, 0.03, 0.04] }];
    const [found] = answersOf(data(), { targetError: 0.025, refined });
    expect(found!.further.join(' ')).toMatch(/up to 75 % removed \(found between .* error there is 3\.00/);
    const [one] = answersOf(sized({ seeds: [0] }), { targetError: 0.025 });
    expect(one!.further.join(' ')).toContain("one seed can't tell");
    const [none] = answersOf(data(), {});
    expect(none!.further.join(' ')).not.toContain('validation error below');
  });
});
