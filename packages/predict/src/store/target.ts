import type { OpenCheckpoint } from '@bbb/core';
import { BbbError, log } from '@bbb/base';
import type { StoredTarget } from '../format/model.js';

const LOG_SD = 'likelihood.logSd';
/** The default standard deviation of the likelihood `gaussian`. */
const SD = 0.5;

/**
 * Describes the target, and how outputs become predictions of it.
 * @param parameters of the likelihood, for each network
 * @throws BbbError `E_EXPORT` for a likelihood that is neither `categorical` nor `gaussian`
 */
export function storedTarget(
  { likelihood: use }: OpenCheckpoint['trial'],
  { target, preprocessing }: OpenCheckpoint['data'],
  likelihood: OpenCheckpoint['likelihood'],
  parameters: readonly Readonly<Record<string, number>>[],
): StoredTarget {
  const name = use?.use ?? (target.kind === 'class' ? 'categorical' : 'gaussian');
  if (name !== 'categorical' && name !== 'gaussian') {
    throw new BbbError('E_EXPORT', `A model file can't hold the likelihood "${name}".`, {
      hint: 'It holds categorical and gaussian; predict with bbb evaluate, or with @bbb/core.',
    });
  }
  if (target.kind === 'class')
    return { kind: 'class', classes: target.classes, ...(target.names ? { names: target.names } : {}) };
  const { mean, sd } = preprocessing.target ?? { mean: 0, sd: 1 };
  const options = use?.options as { readonly sd?: number } | undefined;
  const start = log(options?.sd ?? SD);
  return {
    kind: 'real',
    ...(target.name === undefined ? {} : { name: target.name }),
    ...(target.unit === undefined ? {} : { unit: target.unit }),
    mean,
    sd,
    noise:
      likelihood.outputs === 2
        ? { kind: 'per-input', start }
        : { kind: 'constant', logSd: parameters.map((own) => own[LOG_SD] ?? start) },
  };
}
