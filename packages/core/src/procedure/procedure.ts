import type { ZodType } from 'zod';
import type { Target } from '../prune/decide.js';
import type { TrainingOptions } from '../training/training-options.js';

/**
 * Weights to go back to:
 * - `trained`: those that the trial selected, with fresh moments of the optimiser
 * - `initial`: those that its training started from
 * - `fresh`: other ones drawn in the same way, a control
 * - `{ epoch }`: those after so many epochs of its training, with the optimiser's moments of that time
 */
export type RewindPoint = 'trained' | 'initial' | 'fresh' | { readonly epoch: number };

/** One thing that is done to a network on its way to being measured. Plain JSON. */
export type ProcedureStep =
  /** The weights that are still there get the values of that point; those that are gone stay gone. */
  | { readonly do: 'reset'; readonly to: RewindPoint }
  /** Removes weights by the criterion, at the weights as they are. What is gone already counts. */
  | { readonly do: 'prune'; readonly target: Target }
  /**
   * Trains epochs `from` to `to - 1` (from 0) of a training of `of` epochs, which the learning rate's schedule and the order of the
   * examples go by. Without `stream`, order and noise are those of the trial's own training; with it, others, of this network alone.
   */
  | {
      readonly do: 'train';
      readonly from: number;
      readonly to: number;
      readonly of: number;
      readonly stream?: string;
    }
  /** Measures the network as the one of this target. */
  | { readonly do: 'measure'; readonly target: Target };

/** Steps that are done one after the other to a network of their own. The first is a `reset`, of a network that has all its weights. */
export type Chain = readonly ProcedureStep[];

/** What a procedure plans for. */
export interface ProcedureContext {
  /** The networks that are to be measured, those with the fewest weights removed first. Each is measured once. */
  readonly targets: readonly Target[];
  /** The trial's own training. */
  readonly training: TrainingOptions;
  /** Epochs of training after pruning that the trial asks for: `one-shot` has no option of its own for them. */
  readonly finetuneEpochs: number;
}

/** When and how often a criterion is applied, and what is trained between. */
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
