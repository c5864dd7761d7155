import {
  datasetsText,
  errorText,
  headlineError,
  headlineOf,
  type Evaluation,
  type SweepData,
} from '@bbb/core';
import { percent } from '../progress/lines.js';
import {
  answersOf,
  costTable,
  denseUncertaintyTable,
  pruningTable,
  renderAnswers,
  renderTerminal,
  settingsOf,
  type Question,
  type Table,
} from '@bbb/report';

/** The main tables of a sweep, for each data set and network: accuracy after pruning, uncertainty of a regression, cost of training. */
export function mainTables(data: SweepData): Table[] {
  return settingsOf(data).flatMap((setting) => {
    const uncertainty = denseUncertaintyTable(setting);
    return [pruningTable(setting), ...(uncertainty ? [uncertainty] : []), costTable(setting, [])];
  });
}

export function tablesText(tables: readonly Table[], width: number): string {
  return tables.length === 0
    ? 'No trial has finished yet.'
    : tables.map((table) => renderTerminal(table, { width })).join('\n');
}

/** The data that the numbers belong to, if the folder names them. */
export function dataLine({ datasets = [] }: SweepData): string[] {
  return datasets.length > 0 ? [`Data: ${datasetsText(datasets)}`, ''] : [];
}

/** The answer of the sweep: a sentence and a small table for each data set and network. */
export function answerText(data: SweepData, width: number, question?: Question): string {
  return renderAnswers(answersOf(data, question), { width });
}

/** The dense network's error in a sweep of one trial, and how far its probabilities can be trusted. Empty for sweeps of more trials. */
export function testErrorText({ plan, results }: SweepData): string[] {
  const [result] = results;
  const dense = result?.pruning.find(({ share }) => share === 0);
  if (plan.length !== 1 || !result || !dense) return [];
  const spec = headlineOf(result);
  const errors = dense.evaluations.map(
    ({ predict, samples, metrics }) =>
      `${errorText(spec, headlineError(spec, metrics))} (${predict === 'mean' ? 'mean network' : `average of ${samples} ${samples === 1 ? 'draw' : 'draws'}`})`,
  );
  return [
    `Test ${spec.error}: ${errors.join(', ')}`,
    ...dense.evaluations.map((evaluation) => `${wayText(evaluation)}: ${trustText(evaluation)}`),
  ];
}

function wayText({ predict, samples }: Evaluation): string {
  return predict === 'mean' ? 'Mean network' : `Average of ${samples} ${samples === 1 ? 'draw' : 'draws'}`;
}

/** "NLL 0.0812 nats, ECE 1.23 %, AUROC against fashion-mnist 93.12 % (by predictiveEntropy)" */
function trustText({ metrics, ood = {} }: Evaluation): string {
  const { nll, ece, coverage95 } = metrics;
  return [
    `NLL ${nll.toFixed(4)} nats`,
    ...(ece === undefined ? [] : [`ECE ${percent(ece)}`]),
    ...(coverage95 === undefined ? [] : [`coverage of 95 % intervals ${percent(coverage95)}`]),
    ...Object.entries(ood).flatMap(([name, scores]) => {
      // Prefer the entropy, as reports do. A plugin's likelihood may have other scores.
      const score = 'predictiveEntropy' in scores ? 'predictiveEntropy' : Object.keys(scores)[0];
      return score === undefined
        ? []
        : [`AUROC against ${name} ${percent(scores[score]!.auroc)} (by ${score})`];
    }),
  ].join(', ');
}
