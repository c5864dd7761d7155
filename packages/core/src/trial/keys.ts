import type { Key } from '@bbb/kernels';
import { fold, rootKey } from '@bbb/base';

/** The keys of a trial, by purpose: where every random number of it comes from. */
export interface TrialKeys {
  /** The orders of the epochs and the noise of their steps. */
  readonly training: Key;
  readonly init: Key;
  /** Which examples are held out. */
  readonly split: Key;
  /** Draws of networks to predict with: the same for every pruned network and every data set. */
  readonly evaluate: Key;
  /** What is computed of the trained parameters before they are measured. */
  readonly finish: Key;
  complexity(epoch: number): Key;
  weights(when: 'initial' | 'final'): Key;
  prune(pruner: string): Key;
  /** Shares are told apart in parts per million. */
  finetune(pruner: string, share: number): Key;
}

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
