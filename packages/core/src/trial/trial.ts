import type { PruneScope } from '../prune/pruner.js';
import type { Use } from '../plugin/use.js';
import type { TrainingOptions } from '../training/training-options.js';

/** A criterion of a trial. */
export interface PrunerUse extends Use {
  /** What results call it, so that the same criterion may stand twice with other options. Absent: its name. */
  readonly label?: string;
}

/** Which pruned networks a trial measures after training. */
export interface PruningOptions {
  /** Criteria; each is applied to the trained network on its own. */
  readonly pruners: readonly PrunerUse[];
  /** Shares of weights removed, fractions in [0, 1]. 0 (the dense network) is always measured. */
  readonly shares: readonly number[];
  /**
   * `global` ranks all weights together; `layer` removes the share from every tensor; `unit` from the weights into every unit. A criterion
   * whose scores can be compared only in a narrower scope is ranked in that.
   */
  readonly scope: PruneScope;
  /** What is ranked and removed; shares count only these. */
  readonly include: readonly ('weight' | 'bias')[];
  /** Layers and tensors that are left alone: `input`, `output`, `layers.1`, `layers.1.bias`. Absent: none. */
  readonly exclude?: readonly string[];
  /**
   * Networks to measure beside those of `shares`, each as a share for every layer with weights, the one next to the inputs first, taken
   * from each of its tensors. Absent: none.
   */
  readonly layerShares?: readonly (readonly number[])[];
  /** Epochs of training after pruning, with the pruned weights held at zero. 0: none. */
  readonly finetuneEpochs: number;
  /** When the criteria are applied, and what is trained between. Absent: once, to the trained network. */
  readonly procedure?: Use;
}

/** How predictions are made at evaluation. The mean network, where there is one, is always measured too. */
export interface PredictionOptions {
  /** Draws whose probabilities are averaged; 0: only the mean network. The same draws at every pruned share. */
  readonly samples: number;
}

export interface DataOptions extends Use {
  /** Training examples held out for validation (chosen by the seed). 0: none. */
  readonly validation: number;
  /**
   * So many of the validation examples are kept from selection (best epoch, search, early stopping): temperatures and conformal sets are
   * fitted on them. Absent: on half of them, where nothing within the trial is selected by them (`select: 'last'`); nothing else.
   */
  readonly calibration?: number;
  /** Features are divided by this: pixels by 255 (the study) or 126 (the paper). */
  readonly divisor: number;
  /**
   * How features become inputs: divided by the divisor, or (x - mean) / sd by column, fitted on the training split. Absent: bytes are
   * divided, other numbers standardised.
   */
  readonly scaling?: 'divide' | 'standardise';
  /** Share of the training part that the seed holds out for testing, in place of a test set. Absent: the set's own. */
  readonly testFraction?: number;
  /** Whether what the seed holds out has every class by its share. No difference to real targets. Absent: whatever comes. */
  readonly stratify?: true;
  /** Use only the first so many training examples (after the split). Absent: all. */
  readonly limit?: number;
  /** A second data set whose test examples count as out-of-distribution, if asked for. */
  readonly outOfDistribution?: Use;
}

/**
 * One training run, complete: everything that the result depends on, as plain JSON. Its id is a hash of it
 * ({@link trialId}), so the same trial has the same id and the same bytes on every machine.
 */
export interface Trial {
  readonly method: Use;
  readonly data: DataOptions;
  /** Widths of the hidden layers, where no `network` is named; else []. */
  readonly hidden: readonly number[];
  /** Absent: the first network of the registry (`mlp`) with the widths of `hidden`. */
  readonly network?: Use;
  /** Absent: the first likelihood of the registry that fits the targets. */
  readonly likelihood?: Use;
  readonly training: TrainingOptions;
  readonly pruning: PruningOptions;
  readonly prediction: PredictionOptions;
  /** `strict`: bit-reproducible. `relaxed`: fused multiply-add, faster, not reproducible across machines. */
  readonly numerics: 'strict' | 'relaxed';
  /** Which parameters are kept and measured: those after the last epoch, or those with the best validation error. */
  readonly select: 'last' | 'best';
  readonly seed: number;
}
