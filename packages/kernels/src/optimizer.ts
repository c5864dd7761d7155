/**
 * The rule of an optimiser and its constants. Its state ("moments") is stored beside the parameter.
 *
 * - `sgd`: `v = momentum v + g; w -= learningRate v`; without momentum no state (0 moments, else 1).
 * - `adam`: Kingma & Ba 2015, algorithm 1 (2 moments: m then v). `step` counts from 1 and drives the bias correction.
 */
export type OptimizerStep =
  | { readonly kind: 'sgd'; readonly learningRate: number; readonly momentum: number }
  | {
      readonly kind: 'adam';
      readonly learningRate: number;
      readonly beta1: number;
      readonly beta2: number;
      readonly epsilon: number;
      readonly step: number;
    };

/**
 * How many state tensors of the parameter's shape the rule needs: 0, 1 or 2.
 *
 * @param rule an update rule; SGD without `momentum`, or with 0, needs none, Adam two
 */
export function momentCount(rule: Pick<OptimizerStep, 'kind'> & { readonly momentum?: number }): 0 | 1 | 2 {
  if (rule.kind === 'adam') return 2;
  return rule.momentum ? 1 : 0;
}
