/** The optimiser of a trial. The schedule starts from its learning rate. */
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
 * How the learning rate changes during training.
 * - `constant`
 * - `step`: multiplied by `factor` after every `every` epochs
 * - `cosine`: from the start value to zero, along half a period of a cosine
 * - `linear`: from the start value to zero, along a straight line
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

/** The training options of a trial, unless the sweep or the method has others. */
export const DEFAULT_TRAINING: TrainingOptions = {
  epochs: 15,
  batchSize: 128,
  optimizer: { kind: 'adam', learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  schedule: { kind: 'constant' },
};
