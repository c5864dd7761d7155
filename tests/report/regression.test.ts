import {
  answersOf,
  compareReports,
  comparisonFiles,
  estimate,
  plainAnswer,
  pruningTable,
  renderAnswers,
  REPORT_FORMATS,
  reportFigures,
  reportFiles,
  reportTables,
  settingsOf,
  settingTitle,
  terminalTable,
  type Cell,
  type Table,
} from '@bbb/report';
import type { SweepData } from '@bbb/core';
import { describe, expect, it } from 'vitest';
import { keepsUpTo } from '../../packages/report/src/answer/keeps.js';
import { mayBeChance } from '../../packages/report/src/answer/near-chance.js';
import { trialEvents } from '../../packages/report/src/tensorboard/trial.js';
import { fixtureSweep } from '../support/made-up/sweep.js';
import { regressionSweep, rmseOf, together, withTrials } from '../support/made-up/regression.js';

/** Words that only reports of classifiers use. */
const OF_CLASSES =
  /accura|error rate|validation error|test error|training error|percentage point|\bimages?\b|entropy|mutual|reliab|\bECE\b|Brier|probabilit(y|ies) of (a|the) class/i;

const TEXT = REPORT_FORMATS.filter((format) => format !== 'png' && format !== 'tensorboard');

const cellOf = ({ columns, rows }: Table, row: number, key: string): Cell =>
  rows[row]![columns.findIndex((column) => column.key === key)]!;

function tableOf(data: SweepData, id: string): Table {
  return reportTables(data).find((table) => table.id.startsWith(id))!;
}

/** Removes style sheets and scripts, which contain other words. */
const withoutCode = (text: string): string =>
  text.replaceAll(/<(style|script)[^]*?<\/\1>/g, '').replaceAll(/<meta[^>]*>|<svg[^>]*>/g, '');

/** Student's t for 95 % and two degrees of freedom, from a printed table. */
const T2 = 4.302653;

describe('a regression', () => {
  const data = regressionSweep();
  const groups = settingsOf(data)[0]!.groups;

  it.each(['many inputs', 'one input'])('is reported without words for classifiers: %s', (inputs) => {
    const sweep = regressionSweep({ inputs: inputs === 'one input' ? 1 : 5 });
    const other = regressionSweep({ rmse: (...of) => rmseOf(...of) * 1.1 });
    const files = [
      ...reportFiles(sweep, TEXT),
      ...comparisonFiles(compareReports(sweep, other), TEXT),
      { path: 'terminal', content: terminalTable(sweep) + renderAnswers(answersOf(sweep)) },
    ];
    for (const { path, content } of files) {
      const text = withoutCode(String(content));
      expect([path, OF_CLASSES.exec(text)?.[0]]).toEqual([path, undefined]);
      expect([path, OF_CLASSES.exec(path)?.[0]]).toEqual([path, undefined]);
    }
    expect(files.map(({ path }) => path)).toContain('figures/rmse-houses-20-20.svg');
  });

  it('has the mean RMSE over seeds and its interval, as computed by hand, in its unit', () => {
    const table = pruningTable(settingsOf(data)[0]!);
    expect(table.title).toBe('Test RMSE (kEUR) by sparsity: houses, hidden 20-20');
    const values = [0, 1, 2].map((seed) => rmseOf('sgd', 0.9, seed));
    const mean = (values[0]! + values[1]! + values[2]!) / 3;
    const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 2);
    const cell = cellOf(table, 0, 'share_0.9');
    expect(cell).toMatchObject({ kind: 'estimate', estimate: { n: 3, values } });
    if (cell.kind !== 'estimate') throw new Error('no estimate');
    expect(cell.estimate.mean).toBeCloseTo(mean, 12);
    expect(cell.estimate.high).toBeCloseTo(mean + (T2 * sd) / Math.sqrt(3), 4);
    expect(terminalTable(data)).toContain(mean.toFixed(3));
  });

  it('measures error, likelihood, intervals and spread, by mean weights and by samples', () => {
    const table = tableOf(data, 'uncertainty');
    expect(table.columns.slice(3).map(({ key }) => key)).toEqual([
      'rmse',
      'mae',
      'nll',
      'crps',
      'coverage50',
      'width50',
      'coverage90',
      'width90',
      'coverage95',
      'width95',
      'epistemic',
      'aleatoric',
      'calibration_error',
    ]);
    const row = table.rows.findIndex(
      (cells) =>
        cells
          .slice(0, 3)
          .map((cell) => cell.kind === 'text' && cell.text)
          .join() === 'bbb-mixture,samples,50 %',
    );
    const rmse = [0, 1, 2].map((seed) => rmseOf('bbb-mixture', 0.5, seed));
    const mean = (of: (value: number) => number): number =>
      rmse.map(of).reduce((sum, value) => sum + value, 0) / 3;
    for (const [key, of] of [
      ['crps', (value: number) => 0.56 * value],
      ['nll', (value: number) => Math.log(value) + 1.4],
      ['epistemic', (value: number) => 0.3 * value],
      ['width95', (value: number) => 3.9 * value],
    ] as const) {
      const cell = cellOf(table, row, key);
      expect(cell.kind === 'estimate' && cell.estimate.mean).toBeCloseTo(mean(of), 10);
    }
    expect(table.notes.join(' ')).toContain('in kEUR');
  });

  it('is better with less error, in the verdict and in the sentence', () => {
    const { sentence, table } = plainAnswer(settingsOf(data)[0]!, { reference: 'sgd', sparsity: 0.9 });
    const [sgd, bbb] = ['sgd', 'bbb-mixture'].map((label) =>
      estimate([0, 1, 2].map((seed) => rmseOf(label, 0.9, seed)))!.mean.toFixed(3),
    );
    expect(sentence).toMatch(
      new RegExp(
        `^With 90 % of the weights removed, bbb-mixture reaches a test RMSE of ${bbb} kEUR and sgd ${sgd} kEUR: bbb-mixture is better by [\\d.]+ kEUR \\(`,
      ),
    );
    expect(table.title).toBe('Test RMSE (kEUR), dense and with 90 % of the weights removed');
    const first = table.rows[0]!;
    expect([first[0], first.at(-2)]).toMatchObject([{ text: 'bbb-mixture' }, { text: 'better' }]);
  });

  it('keeps its RMSE as long as it loses less than 5 % of its own', () => {
    const grows = (by: number) =>
      settingsOf(
        regressionSweep({ rmse: (_label, share) => 10 * (share === 0 ? 1 : share === 0.5 ? 1.02 : by) }),
      )[0]!.groups[0]!;
    expect(keepsUpTo(grows(1.049))).toBe(0.9);
    expect(keepsUpTo(grows(1.051))).toBe(0.5);
    const [, ...further] = [undefined, ...plainAnswer(settingsOf(data)[0]!).further];
    expect(further.join(' ')).toMatch(/less than 5 % of a method's own dense test RMSE/);
  });

  it.each([
    ['close to the mean target', 29, true],
    ['much better than the mean target', 9, false],
    ['worse than the mean target', 45, true],
  ])('is near chance where it is %s', (_, rmse, chance) => {
    const setting = settingsOf(regressionSweep({ rmse: () => rmse }))[0]!;
    expect(mayBeChance(setting.groups[0]!)).toBe(chance);
    const said = plainAnswer(setting).further.join(' ');
    expect(said.includes('one that always gives the same answer')).toBe(chance);
  });

  it.each([
    [0.02134, 'kEUR', /RMSE of 0\.02134 kEUR/],
    [2.5, '', /RMSE of 2\.500(,|:|\.| and)/],
    [43_210.4, 'EUR', /RMSE of 43210 EUR/],
    [1e-300, 'm', /RMSE of 0\.0+ m/],
  ])('shows an RMSE of %d with four digits and its unit', (rmse, unit, expected) => {
    const setting = settingsOf(regressionSweep({ rmse: () => rmse, unit, baseline: 10 * rmse }))[0]!;
    expect(plainAnswer(setting).sentence).toMatch(expected);
    expect(pruningTable(setting).title.includes('()')).toBe(false);
  });

  it('handles networks without error, and equal targets', () => {
    const exact = regressionSweep({ rmse: (_label, share) => share, baseline: 0 });
    expect(keepsUpTo(settingsOf(exact)[0]!.groups[0]!) ?? 0).toBe(0);
    for (const { path, content } of reportFiles(exact, ['html', 'svg']))
      expect([path, /.{0,80}(NaN|Infinity)/.exec(withoutCode(String(content)))?.[0]]).toEqual([
        path,
        undefined,
      ]);
  });

  it('has the figures that its results allow, and no figures of classifiers', () => {
    const ids = (sweep: SweepData): string[] =>
      reportFigures(sweep).map(({ id }) => id.replace(/-houses-20-20$/, ''));
    const all = ids(data);
    expect(all).toEqual(
      expect.arrayContaining(['rmse', 'training', 'nll', 'coverage', 'quantiles', 'predicted', 'ood', 'snr']),
    );
    for (const none of [
      'curve',
      'calibration',
      'reliability',
      'risk-coverage',
      'entropy',
      'examples',
      'first-layer',
    ])
      expect(all).not.toContain(none);
    expect(ids(regressionSweep({ inputs: 1 }))).toContain('curve');
  });

  it('draws the curve over its input in order, with the training range', () => {
    const curve = reportFigures(regressionSweep({ inputs: 1 })).find(({ id }) => id.startsWith('curve'))!;
    expect(String(curve.body)).toContain('Dashed: the smallest');
    const xs = [...String(curve.body).matchAll(/input ([\d.]+): median/g)].map(([, x]) => Number(x));
    const half = xs.length / 2;
    expect(xs.slice(0, half)).toEqual(xs.slice(0, half).toSorted((a, b) => a - b));
    expect(half).toBe(20);
  });

  it('is written for TensorBoard with the names of its metrics', () => {
    const tags = new Set(trialEvents(data.results[0]!).map(({ tag }) => tag));
    for (const name of ['rmse', 'nll', 'crps', 'coverage90'])
      expect(tags).toContain(`removed_permille/magnitude/mean/${name}`);
    expect([...tags].filter((tag) => OF_CLASSES.test(tag))).toEqual([]);
  });

  it('is compared by RMSE, in one comparison with a classifier that is compared by accuracy', () => {
    const both = (factor: number): SweepData =>
      together(
        fixtureSweep({ labels: ['sgd'], seeds: [0, 1, 2], shares: [0, 0.5, 0.9] }),
        regressionSweep({ rmse: (...of) => rmseOf(...of) * factor }),
      );
    const { answer, others, tables } = compareReports(both(1), both(0.5));
    expect(answer.table.title).toMatch(/^Test accuracy \(%\)/);
    expect(others.map(({ table }) => table.title)).toEqual([expect.stringMatching(/^Test RMSE \(kEUR\)/)]);
    expect(others[0]!.sentence).toMatch(/B is better than A for sgd and bbb-mixture\.$/);
    expect(new Set(tables.map(({ id }) => id)).size).toBe(tables.length);
    expect(tables.filter(({ title }) => /in A .* and B/.test(title))).toHaveLength(2);
  });

  it('uses the validation RMSE to choose in a grid', () => {
    const searched = regressionSweep({ learningRates: [1e-3, 1e-2] });
    const table = tableOf(searched, 'configurations');
    expect(table.columns.map(({ header }) => header)).toEqual(
      expect.arrayContaining(['validation RMSE (kEUR)', 'test RMSE (kEUR)']),
    );
    expect(groups).toHaveLength(2);
  });
});

describe('settings', () => {
  const layers = [
    { kind: 'conv2d', filters: 20, kernel: [5, 5], stride: [1, 1], padding: 'valid' },
    { kind: 'relu' },
    { kind: 'max-pool', size: [2, 2], padding: 'valid' },
    { kind: 'flatten' },
    { kind: 'dense', units: 500 },
  ];
  const base = fixtureSweep({ labels: ['sgd', 'bbb-mixture'], seeds: [0, 1], hidden: [[400, 400]] });
  const withNetwork = (options: Record<string, unknown>): SweepData =>
    withTrials(base, (trial) => ({ ...trial, hidden: [], network: { use: 'cnn', options } }));

  it('are distinguished by network and likelihood', () => {
    const tanh = layers.map((layer) => (layer.kind === 'relu' ? { kind: 'tanh' } : layer));
    const named = (noise: string): SweepData =>
      withTrials(base, (trial) => ({ ...trial, likelihood: { use: 'own', options: { noise } } }));
    const data = together(
      base,
      withNetwork({ layers }),
      withNetwork({ layers: tanh }),
      named('a'),
      named('b'),
      named('b '),
    );
    const settings = settingsOf(data);
    expect(settings.map(settingTitle)).toEqual([
      'mnist, hidden 400-400',
      'mnist, cnn (conv2d 20 5x5 stride 1x1 valid, relu, max-pool 2x2 valid, flatten, dense 500)',
      'mnist, cnn (conv2d 20 5x5 stride 1x1 valid, tanh, max-pool 2x2 valid, flatten, dense 500)',
      'mnist, hidden 400-400, own noise=a',
      'mnist, hidden 400-400, own noise=b',
      'mnist, hidden 400-400, own noise=b ',
    ]);
    expect(new Set(settings.map(({ id }) => id)).size).toBe(settings.length);
    const paths = reportFiles(data, ['csv']).map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
    expect(settingsOf(withNetwork({ layers })).map(settingTitle)).toEqual([
      'mnist, cnn (conv2d 20 5x5, max-pool 2x2, dense 500)',
    ]);
  });

  it('of another network have no published numbers of fully connected ones', () => {
    const published = (data: SweepData): boolean =>
      reportTables(data).some(({ columns }) => columns.some((column) => column.published));
    expect(published(base)).toBe(true);
    expect(published(withNetwork({ layers }))).toBe(false);
    const regression = regressionSweep({ dataset: 'mnist', hidden: [[400, 400]] });
    expect(published(regression)).toBe(false);
  });

  it('are in one table of sizes', () => {
    const table = tableOf(together(base, withNetwork({ layers })), 'size');
    expect(table.title).toBe('Test error (%) of the dense network by network: mnist');
    expect(table.columns.map(({ header }) => header)).toEqual(
      expect.arrayContaining(['400-400', 'cnn (conv2d 20 5x5, max-pool 2x2, dense 500)']),
    );
  });
});
