import { errorText, headlineError, type MetricSpec, type PredictionMetrics } from '@bbb/core';
import { percent } from '../progress/lines.js';

const nats = (value: number): string => `${value.toFixed(4)} nats`;
const plain = (value: number): string => value.toFixed(4);

/** Names and formats of metrics, in the order in which they are shown. A metric of a plugin's likelihood keeps its own name. */
const KNOWN: Readonly<
  Record<string, readonly [label: string, show: (value: number, spec: MetricSpec) => string]>
> = {
  nll: ['NLL', nats],
  brier: ['Brier score', plain],
  ece: ['ECE, 15 bins', percent],
  predictiveEntropy: ['predictive entropy', nats],
  mutualInformation: ['mutual information', nats],
  coverageAtRisk5: ['answered at 5 % risk', percent],
  riskAtCoverage80: ['error of the surest 80 %', percent],
  mae: ['MAE', inUnit],
  crps: ['CRPS', inUnit],
  epistemic: ['epistemic sd', inUnit],
  aleatoric: ['aleatoric sd', inUnit],
  calibrationError: ['calibration error', percent],
  coverage50: ['coverage of 50 % intervals', percent],
  coverage90: ['coverage of 90 % intervals', percent],
  coverage95: ['coverage of 95 % intervals', percent],
  width50: ['width of 50 % intervals', inUnit],
  width90: ['width of 90 % intervals', inUnit],
  width95: ['width of 95 % intervals', inUnit],
};

/** Metrics that add little to the ones above. Only `--json` shows them. */
const DETAILS: ReadonlySet<string> = new Set([
  'adaptiveEce',
  'expectedEntropy',
  'variationRatio',
  'aurc',
  'augrc',
  'classwiseEce',
  'smoothEce',
]);

function inUnit(value: number, spec: MetricSpec): string {
  return errorText(spec, value);
}

/** The metrics of a network for people, the headline first. */
export function metricRows(metrics: PredictionMetrics, spec: MetricSpec): [name: string, value: string][] {
  const error: [string, string] = [spec.error, errorText(spec, headlineError(spec, metrics))];
  const head: [string, string][] =
    spec.better === 'higher' ? [[spec.label, headlineText(spec, metrics)], error] : [error];
  const known = Object.entries(KNOWN).flatMap(([name, [label, show]]): [string, string][] =>
    metrics[name] === undefined ? [] : [[label, show(metrics[name], spec)]],
  );
  const others = Object.entries(metrics)
    .filter(([name]) => name !== spec.metric && !(name in KNOWN) && !DETAILS.has(name))
    .map(([name, value]): [string, string] => [name, plain(value)]);
  return [...head, ...known, ...others];
}

/** The headline metric as text, e.g. `98.06 %` or `2.9 kEUR`. */
export function headlineText(spec: MetricSpec, metrics: PredictionMetrics): string {
  return errorText(spec, metrics[spec.metric]!);
}
