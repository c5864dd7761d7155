import type { Key } from '@bbb/kernels';
import { fold, rootKey } from '@bbb/base';

/** The keys of a trial, by purpose. All its random numbers come from them. */
export interface TrialKeys {
  /** For the order of the examples in each epoch, and the noise of the steps. */
  readonly training: Key;
  readonly init: Key;
  /** For the choice of the examples that are held out. */
  readonly split: Key;
  /** For the draws that predict: the same for every pruned network and every data set. */
  readonly evaluate: Key;
  /** For `Trainer.finish`, which is called on the trained parameters before they are measured. */
  readonly finish: Key;
  complexity(epoch: number): Key;
  weights(when: 'initial' | 'final'): Key;
  prune(pruner: string): Key;
  /** For training after pruning. Shares differ if they differ in parts per million. */
  finetune(pruner: string, share: number): Key;
}

/**
 * The keys of a trial, one for every purpose.
 * @param seed a whole number from 0
 */
export function trialKeys(seed: number): TrialKeys {
  const root = rootKey(seed);
  return {
    training: root,
    init: fold(root, 'init'),
    split: fold(root, 'split'),
    evaluate: fold(root, 'evaluate'),
    finish: fold(root, 'finish'),
    complexity: (epoch) => fold(root, 'complexity', epoch),
    weights: (when) => fold(root, 'weights', when),
    prune: (pruner) => fold(root, 'prune', pruner),
    finetune: (pruner, share) => fold(root, 'finetune', pruner, Math.round(share * 1e6)),
  };
}
