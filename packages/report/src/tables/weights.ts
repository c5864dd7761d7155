import type { TrialResult, WeightReport, WeightSummary } from '@bbb/core';
import { settingTitle, type Group, type Setting } from '../data/groups.js';
import { estimateOver, hasSigma } from '../data/measure.js';
import { predictionsOf } from '../data/predict.js';
import { estimated, left, right, text, type Format, type Table } from './table.js';

const STATISTICS = [
  ['std', 'std', 'fixed4'],
  ['kurtosis', 'excess kurtosis', 'fixed2'],
  ['nearZero', 'abs < 0.01 (%)', 'percent'],
] as const satisfies readonly (readonly [keyof WeightSummary, string, Format])[];

/** Spread and shape of every weight tensor before and after training. Weights and biases are separate, and means and draws too. */
export function weightsTable(setting: Setting): Table {
  const rows = setting.groups.flatMap((group) => {
    const { weights } = group.results[0]!;
    const draws = drawsOf(group);
    const names = weights[0]?.summaries.map(({ name }) => name) ?? [];
    return names.flatMap((name) =>
      draws.map((draw) => [
        text(group.name),
        text(name),
        text(draw === 'mean' ? 'mean' : 'one sample'),
        ...STATISTICS.flatMap(([key, , format]) =>
          (['initial', 'final'] as const).map((when) =>
            estimated(
              estimateOver(group, (result) => find(result, when, draw, name)?.[key]),
              format,
            ),
          ),
        ),
      ]),
    );
  });
  return {
    id: 'weights',
    title: `Weights before and after training: ${settingTitle(setting)}`,
    columns: [
      left('method', 'method'),
      left('tensor', 'tensor'),
      left('draw', 'of'),
      ...STATISTICS.flatMap(([key, header]) => [
        right(`${key}_initial`, `${header}, initial`),
        right(`${key}_final`, `${header}, final`),
      ]),
    ],
    rows,
    notes: [
      'Excess kurtosis is 0 for a Gaussian, -1.2 for a uniform distribution.',
      'Methods may start from different initial distributions: compare final with initial before comparing methods.',
    ],
  };
}

/** The networks whose weights are listed: the mean network; a sample if weights have a sigma, or if there is no mean. */
function drawsOf(group: Group): readonly WeightReport['draw'][] {
  if (!predictionsOf(group).includes('mean')) return ['sample'];
  return hasSigma(group) ? ['mean', 'sample'] : ['mean'];
}

function find(
  result: TrialResult,
  when: WeightReport['when'],
  draw: WeightReport['draw'],
  name: string,
): WeightSummary | undefined {
  return result.weights
    .find((report) => report.when === when && report.draw === draw)
    ?.summaries.find((summary) => summary.name === name);
}
