/** The optimiser of a trial; the learning rate is the schedule's starting point. */
export type Optimizer =
  | { readonly kind: 'sgd'; readonly learningRate: number; readonly momentum: number }
  | {
      readonly kind: 'adam';
      readonly learningRate: number;
      readonly beta1: number;
      readonly beta2: number;
      readonly epsilon: number;
    };

/**
 * How the learning rate moves over training.
 * - `constant`
 * - `step`: times `factor` after every `every` epochs
 * - `cosine`: from the start value to zero over all steps
 * - `linear`: the same along a straight line
 */
export type Schedule =
  | { readonly kind: 'constant' }
  | { readonly kind: 'step'; readonly every: number; readonly factor: number }
  | { readonly kind: 'cosine' }
  | { readonly kind: 'linear' };

export interface TrainingOptions {
  readonly epochs: number;
  readonly batchSize: number;
  readonly optimizer: Optimizer;
  readonly schedule: Schedule;
}

/** What a trial trains with where neither the sweep nor the method says otherwise. */
export const DEFAULT_TRAINING: TrainingOptions = {
  epochs: 15,
  batchSize: 128,
  optimizer: { kind: 'adam', learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  schedule: { kind: 'constant' },
};
