import { BbbError } from '../errors.js';
import type { Examples } from '../data/examples.js';
import { inputOf } from '../data/preprocessing.js';
import { sizeOf } from '../network/shape.js';

/** Larger inputs can't be pixels, which are at most 255. */
const LARGEST_INPUT = 1000;
/** A weight that costs this number of nats before training is more than a hundred standard deviations of the prior away from 0. */
const MOST_NATS = 1e4;

/** What is known about a training whose loss is no longer a number. */
export interface Divergence {
  readonly nll: number;
  /** Counted from 0. */
  readonly epoch: number;
  /** Number of the minibatch in the epoch, from 0. */
  readonly index: number;
  readonly examples: Examples;
  /** Complexity cost per weight before training, in nats. It is computed only when it is needed. */
  readonly startCost?: () => number;
}

/** The error that names the likely cause. It blames the learning rate only if training went well at first. */
export function diverged(found: Divergence): BbbError {
  const { nll, epoch, index } = found;
  return new BbbError('E_DIVERGED', `The loss is ${nll} in epoch ${epoch + 1}, batch ${index + 1}.`, {
    hint: hintOf(found),
  });
}

function hintOf({ epoch, index, examples, startCost }: Divergence): string {
  const largest = largestInput(examples);
  if (!(largest <= LARGEST_INPUT)) {
    const { input } = examples.preprocessing;
    const now = input.kind === 'divide' ? ` (now ${input.divisor})` : '';
    return `The inputs reach ${short(largest)}: choose a larger divisor${now}, so that they are about 1, or standardise them.`;
  }
  const cost = startCost?.() ?? 0;
  if (Math.abs(cost) > MOST_NATS) {
    return `A weight costs ${short(cost)} nats before training: the prior is far narrower than the weights are spread. Choose a larger standard deviation.`;
  }
  if (epoch === 0 && index === 0) {
    return 'No step had been made, so it is not the learning rate: start the weights closer to 0, and rho0 lower.';
  }
  return 'Choose a smaller learning rate: --lr.';
}

function largestInput({ features, inputShape, rows, preprocessing: { input } }: Examples): number {
  const size = sizeOf(inputShape);
  let largest = 0;
  for (const row of rows) {
    for (let c = 0; c < size; c++)
      largest = Math.max(largest, Math.abs(inputOf(features[row * size + c]!, c, input)));
  }
  return largest;
}

const short = (value: number): string => String(Number(value.toPrecision(3)));
