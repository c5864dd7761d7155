import type { Dataset } from '../data/dataset.js';
import type { Likelihood } from '../likelihood/likelihood.js';
import { ACCURACY } from '../likelihood/headline.js';
import type { TrialResult } from './result.js';

/** The part of a result that describes its data and metrics. It is empty for classes of grey images, which results were made for at first. */
export function describeData(
  { inputShape, target }: Dataset,
  { headline }: Pick<Likelihood, 'headline'>,
): Pick<TrialResult, 'imageShape' | 'inputShape' | 'target' | 'headline'> {
  const [rows, cols, channels] = inputShape;
  const grey = inputShape.length === 3 && channels === 1;
  const plain = target.kind === 'class' && !target.names;
  return {
    ...(grey ? { imageShape: [rows!, cols!] as const } : { inputShape }),
    ...(plain ? {} : { target }),
    ...(headline.metric === ACCURACY.metric ? {} : { headline }),
  };
}
