import type { PruneScope } from '../prune/pruner.js';
import type { Use } from '../plugin/use.js';
import type { TrainingOptions } from '../training/training-options.js';

/** A criterion of a trial. */
export interface PrunerUse extends Use {
  /** Its name in results, so that a criterion can be used twice with different options. Absent: the name of the pruner. */
  readonly label?: string;
}

/** Which pruned networks a trial measures after training. */
export interface PruningOptions {
  /** Criteria. Each one is applied to the trained network by itself. */
  readonly pruners: readonly PrunerUse[];
  /** Shares of weights removed, fractions in [0, 1]. 0 (the dense network) is always measured. */
  readonly shares: readonly number[];
  /**
   * `global` ranks all weights together; `layer` prunes every tensor to the sparsity, `unit` the weights into every unit. If the scores of
   * a criterion can be compared only in a narrower scope, that one is used.
   */
  readonly scope: PruneScope;
  /** The kinds of tensors that are ranked and removed. Shares count only these. */
  readonly include: readonly ('weight' | 'bias')[];
  /** Layers and tensors that are not pruned: `input`, `output`, `layers.1`, `layers.1.bias`. Absent: none. */
  readonly exclude?: readonly string[];
  /**
   * More networks to measure. Each has one share for every layer with weights, the layer next to the inputs first; the share is removed from
   * each tensor of the layer. Absent: none.
   */
  readonly layerShares?: readonly (readonly number[])[];
  /** Epochs of training after pruning, with the pruned weights held at zero. 0: none. */
  readonly finetuneEpochs: number;
  /** When the criteria are applied, and what is trained between. Absent: they are applied once, to the trained network. */
  readonly procedure?: Use;
}

/** How evaluation predicts. If there is a mean network, it is always measured, too. */
export interface PredictionOptions {
  /** Number of draws whose probabilities are averaged; 0: only the mean network. Every pruned network has the same draws. */
  readonly samples: number;
}

export interface DataOptions extends Use {
  /** Number of training examples held out for validation, chosen by the seed. 0: none. */
  readonly validation: number;
  /**
   * Number of held-out examples that selection (best epoch, search, early stopping) does not see: temperatures and conformal sets are fitted on
   * them. Absent: they are fitted on half of the validation examples, if these select nothing within the trial (`select: 'last'`); else not at
   * all.
   */
  readonly calibration?: number;
  /**
   * Number of test examples, chosen by the seed, that temperatures and conformal sets are fitted on; the others are tested on. For networks that
   * were trained elsewhere, which may have seen every training example. Absent: training examples are held out.
   */
  readonly testCalibration?: number;
  /** Features are divided by this number: pixels by 255 (the study) or 126 (the paper). */
  readonly divisor: number;
  /**
   * How features become inputs: divided by the divisor, or (x - mean) / sd by column, fitted on the training split. Absent: bytes are divided,
   * other numbers are standardised.
   */
  readonly scaling?: 'divide' | 'standardise';
  /** Share of the training part that the seed holds out for testing. Absent: the test examples of the set are used. */
  readonly testFraction?: number;
  /** Whether held-out parts have the same share of every class as the whole. It does not matter for real targets. Absent: they are random. */
  readonly stratify?: true;
  /** Number of training examples to use, after the split. Absent: all. */
  readonly limit?: number;
  /** A second data set, whose test examples count as out-of-distribution. Absent: none. */
  readonly outOfDistribution?: Use;
}

/**
 * One training run: everything that the result depends on, as plain JSON. Its id is a hash of this JSON ({@link trialId}), so the same trial
 * has the same id and the same bytes on every machine.
 */
export interface Trial {
  readonly method: Use;
  readonly data: DataOptions;
  /** Widths of the hidden layers, if `network` is absent; else []. */
  readonly hidden: readonly number[];
  /** Absent: the first network of the registry (`mlp`) with the widths of `hidden`. */
  readonly network?: Use;
  /** Absent: the first likelihood of the registry that fits the targets. */
  readonly likelihood?: Use;
  readonly training: TrainingOptions;
  readonly pruning: PruningOptions;
  readonly prediction: PredictionOptions;
  /** `strict`: the same bits everywhere. `relaxed`: fused multiply-add, which is faster, but the bits depend on the machine. */
  readonly numerics: 'strict' | 'relaxed';
  /** Which parameters are kept and measured: those after the last epoch, or those with the lowest validation error. */
  readonly select: 'last' | 'best';
  readonly seed: number;
}
