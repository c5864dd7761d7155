import type { OptimizerStep } from '../optimizer.js';

/** rule, rate, decay1, gain1, decay2, gain2, correction, epsilon: the constants of assembly/fused/optimizer.ts. */
export type RuleConstants = readonly [number, number, number, number, number, number, number, number];

export function ruleConstants(rule: OptimizerStep): RuleConstants {
  if (rule.kind === 'sgd') return [rule.momentum ? 1 : 0, rule.learningRate, rule.momentum, 0, 0, 0, 0, 0];
  const { learningRate, beta1, beta2, epsilon, step } = rule;
  const rate = learningRate / (1 - power(beta1, step));
  return [2, rate, beta1, 1 - beta1, beta2, 1 - beta2, 1 / (1 - power(beta2, step)), epsilon];
}

/** x^n for a natural n by squaring: the same bits everywhere, unlike Math.pow. */
function power(x: number, n: number): number {
  if (n === 0) return 1;
  const half = power(x * x, Math.floor(n / 2));
  return n % 2 ? half * x : half;
}
