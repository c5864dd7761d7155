import { BbbError, exp, log, type ProcedureContext, type Target } from '@bbb/core';

/** Maps a share to a smaller one on the way to it. */
export type OfShare = (share: number) => number;

/** A target on the way to `target`, with each share mapped by `ofShare`. A share that a criterion suggests is not mapped. */
export function onTheWay(target: Target, ofShare: OfShare): Target {
  if (target === 'suggested') return target;
  if ('share' in target) return { share: ofShare(target.share) };
  return { layerShares: target.layerShares.map(ofShare) };
}

/** The share after `round` of `rounds` rounds, each of which removes the same part of the remaining weights: 1 - (1 - share)^(round / rounds). */
export function afterRound(share: number, round: number, rounds: number): number {
  return round === rounds || share === 1 ? share : 1 - exp((log(1 - share) * round) / rounds);
}

/**
 * Cubic schedule (Zhu & Gupta 2017, equation 1): share (1 - (1 - t)^3). It is fast at first, when there is much to remove.
 * @param t done part of the schedule, in [0, 1]
 */
export function cubic(share: number, t: number): number {
  const left = 1 - t;
  return share * (1 - left * left * left);
}

/** @throws BbbError `E_PROCEDURE` if a trial asks for fine-tuning with a procedure that has its own training */
export function refuseFinetuning(procedure: string, { finetuneEpochs }: ProcedureContext): void {
  if (finetuneEpochs === 0) return;
  throw new BbbError(
    'E_PROCEDURE',
    `The procedure "${procedure}" takes its epochs from its own options; got --finetune-epochs ${finetuneEpochs} as well.`,
    { hint: `Leave --finetune-epochs out; bbb plugins ${procedure} lists its options.` },
  );
}
