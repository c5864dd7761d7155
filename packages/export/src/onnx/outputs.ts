import { exp, type OutputForm } from '@bbb/core';
import type { PlainNetwork } from '../plain.js';
import type { OnnxGraph } from './graph.js';
import type { OnnxValue } from './messages.js';

/** Smaller probabilities are raised to this one before a logarithm, because 0 log 0 would be NaN. */
const SMALLEST = 1e-37;

/** Adds the outputs of the graph: what all members predict together. `outputs` is `[S, batch, outputs]`. */
export function addOutputs(graph: OnnxGraph, outputs: string, network: PlainNetwork): OnnxValue[] {
  return network.form.kind === 'softmax'
    ? addClasses(graph, outputs, network)
    : addNumbers(graph, outputs, network, network.form);
}

/**
 * For classes: `probabilities`. One member also gives `logits`. Several members also give the entropy of their mean (`predictive_entropy`)
 * and how much of it comes from their disagreement (`mutual_information`), both in nats.
 */
function addClasses(graph: OnnxGraph, outputs: string, { members, layers }: PlainNetwork): OnnxValue[] {
  const classes = layers.at(-1)!.outShape.reduce((a, b) => a * b, 1);
  const give = (name: string, x: string, ...rest: number[]): OnnxValue => {
    graph.output(name, x);
    return { name, shape: ['batch', ...rest] };
  };
  const softmax = graph.node('Softmax', [outputs], { axis: { int: 2 } });
  const mean = meanOverMembers(graph, softmax);
  if (members.length === 1) {
    return [give('probabilities', mean, classes), give('logits', meanOverMembers(graph, outputs), classes)];
  }
  const logs = graph.node('LogSoftmax', [outputs], { axis: { int: 2 } });
  const expected = meanOverMembers(graph, entropy(graph, softmax, logs, 2));
  const logMean = graph.node('Log', [graph.node('Max', [mean, graph.scalar(SMALLEST)])]);
  const total = entropy(graph, mean, logMean, 1);
  const between = graph.node('Max', [graph.node('Sub', [total, expected]), graph.scalar(0)]);
  return [
    give('probabilities', mean, classes),
    give('predictive_entropy', total),
    give('mutual_information', between),
  ];
}

/** -sum p log p over an axis; the result does not have that axis. */
function entropy(graph: OnnxGraph, p: string, logs: string, axis: number): string {
  const axes = graph.constant(`axes_of_${p}`, [1], [axis]);
  const sum = graph.node('ReduceSum', [graph.node('Mul', [p, logs]), axes], { keepdims: { int: 0 } });
  return graph.node('Neg', [sum]);
}

function meanOverMembers(graph: OnnxGraph, x: string): string {
  return graph.node('ReduceMean', [x], { axes: { ints: [0] }, keepdims: { int: 0 } });
}

/** For real numbers, in the unit of the target: `mean`, `aleatoric_sd`, and for several members `epistemic_sd`. */
function addNumbers(
  graph: OnnxGraph,
  outputs: string,
  { members, preprocessing: { target = { mean: 0, sd: 1 } } }: PlainNetwork,
  { logSd }: Extract<OutputForm, { kind: 'gaussian' }>,
): OnnxValue[] {
  const column = (which: number): string =>
    graph.node('Gather', [outputs, graph.constant(`column_${which}`, [], [which])], { axis: { int: 2 } });
  const means = column(0);
  const mean = meanOverMembers(graph, means);
  const variances =
    typeof logSd === 'object' && 'output' in logSd
      ? graph.node('Exp', [
          graph.node('Mul', [
            graph.node('Add', [column(logSd.output), graph.scalar(logSd.plus)]),
            graph.scalar(2),
          ]),
        ])
      : graph.node('Add', [
          // Only the shape of the outputs is used here.
          graph.node('Mul', [means, graph.scalar(0)]),
          graph.constant(
            'noise_variance',
            [members.length, 1],
            Float32Array.from(members, ({ likelihood }) =>
              exp(2 * (typeof logSd === 'number' ? logSd : likelihood[logSd.parameter]![0]!)),
            ),
          ),
        ]);
  const give = (name: string, x: string, ...after: [op: string, by: number][]): OnnxValue => {
    graph.output(
      name,
      after.reduce((value, [op, by]) => graph.node(op, [value, graph.scalar(by)]), x),
    );
    return { name, shape: ['batch'] };
  };
  const sd = (variance: string): string => graph.node('Sqrt', [variance]);
  const unit: [string, number] = ['Mul', target.sd];
  const given = [
    give('mean', mean, unit, ['Add', target.mean]),
    give('aleatoric_sd', sd(meanOverMembers(graph, variances)), unit),
  ];
  if (members.length === 1) return given;
  const distance = graph.node('Sub', [means, mean]);
  const between = meanOverMembers(graph, graph.node('Mul', [distance, distance]));
  return [...given, give('epistemic_sd', sd(between), unit)];
}
