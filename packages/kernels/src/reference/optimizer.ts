import type { OptimizerStep } from '../optimizer.js';

/** One step of the rule on one element: x -= ..., the moments updated in place. */
export function descend(
  rule: OptimizerStep,
  x: Float64Array,
  moments: readonly Float64Array[],
  i: number,
  gradient: number,
): void {
  const [first, second] = moments;
  if (rule.kind === 'sgd') {
    const velocity = first ? rule.momentum * first[i]! + gradient : gradient;
    if (first) first[i] = velocity;
    x[i]! -= rule.learningRate * velocity;
    return;
  }
  const { beta1, beta2, step, learningRate, epsilon } = rule;
  const m = (first![i] = beta1 * first![i]! + (1 - beta1) * gradient);
  const v = (second![i] = beta2 * second![i]! + (1 - beta2) * gradient ** 2);
  x[i]! -= (learningRate * (m / (1 - beta1 ** step))) / (Math.sqrt(v / (1 - beta2 ** step)) + epsilon);
}
