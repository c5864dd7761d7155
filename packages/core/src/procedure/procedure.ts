import type { ZodType } from 'zod';
import type { Target } from '../prune/decide.js';
import type { TrainingOptions } from '../training/training-options.js';

/**
 * Weights to go back to:
 * - `trained`: the weights that the trial selected, with new moments of the optimiser
 * - `initial`: the weights at the start of training
 * - `fresh`: other initial weights, drawn in the same way, as a control
 * - `{ epoch }`: the weights after this number of epochs of training, with the optimiser's moments at that epoch
 */
export type RewindPoint = 'trained' | 'initial' | 'fresh' | { readonly epoch: number };

/** One step of a procedure. Plain JSON. */
export type ProcedureStep =
  /** Gives the remaining weights the values of that point. Removed weights stay removed. */
  | { readonly do: 'reset'; readonly to: RewindPoint }
  /** Removes weights by the criterion, scored at their present values. Weights that are removed already count as removed. */
  | { readonly do: 'prune'; readonly target: Target }
  /**
   * Trains epochs `from` to `to - 1` (counted from 0) of a training of `of` epochs, which the schedule of the learning rate uses. Without
   * `stream`, the order of the examples and the noise are the same as in the trial's own training; with it, they are different ones for this
   * network.
   */
  | {
      readonly do: 'train';
      readonly from: number;
      readonly to: number;
      readonly of: number;
      readonly stream?: string;
    }
  /** Measures the network, as the result for this target. */
  | { readonly do: 'measure'; readonly target: Target };

/** Steps that are done one after another to one network. The first step is a `reset`, which starts from a network with all weights. */
export type Chain = readonly ProcedureStep[];

/** What a procedure knows when it plans. */
export interface ProcedureContext {
  /** The networks to measure, in the order of their sparsity. Each is measured once. */
  readonly targets: readonly Target[];
  /** The trial's own training. */
  readonly training: TrainingOptions;
  /** Epochs of training after pruning, an option of the trial. `one-shot` uses it, because that procedure has no such option itself. */
  readonly finetuneEpochs: number;
}

/** Says when and how often a criterion is applied, and what is trained between. */
export interface Procedure {
  /** The chains for one criterion, a pure function of the context. Together they measure every target once. */
  plan(context: ProcedureContext): readonly Chain[];
}

/** A named procedure: plugin kind `procedures`. `Options` is plain JSON, checked by the schema. */
export interface ProcedureDefinition<Options = unknown> {
  /** One sentence for `bbb plugins`. */
  readonly description: string;
  /** Where it comes from: paper, section. */
  readonly source?: string;
  /** A strict zod object; every option has a default and a `.describe()`. */
  readonly options: ZodType<Options>;
  create(options: Options): Procedure;
}
