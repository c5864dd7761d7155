import { BbbError, exp, log, type ProcedureContext, type Target } from '@bbb/core';

/** A share on the way to another. */
export type OfShare = (share: number) => number;

/** A target on the way to `target`: each of its shares by `ofShare`. What a criterion suggests has no way to it. */
export function onTheWay(target: Target, ofShare: OfShare): Target {
  if (target === 'suggested') return target;
  if ('share' in target) return { share: ofShare(target.share) };
  return { layerShares: target.layerShares.map(ofShare) };
}

/** The share after so many of `rounds` rounds that each remove the same part of what is left: 1 - (1 - share)^(round / rounds). */
export function afterRound(share: number, round: number, rounds: number): number {
  return round === rounds || share === 1 ? share : 1 - exp((log(1 - share) * round) / rounds);
}

/**
 * Cubic schedule (Zhu & Gupta 2017, equation 1): share (1 - (1 - t)^3), fast at first, when there is much to remove.
 * @param t how much of the schedule is over, in [0, 1]
 */
export function cubic(share: number, t: number): number {
  const left = 1 - t;
  return share * (1 - left * left * left);
}

/** @throws BbbError `E_PROCEDURE` where a trial asks for fine-tuning of a procedure that trains in its own way */
export function refuseFinetuning(procedure: string, { finetuneEpochs }: ProcedureContext): void {
  if (finetuneEpochs === 0) return;
  throw new BbbError(
    'E_PROCEDURE',
    `The procedure "${procedure}" trains as its own options say, and ${finetuneEpochs} epochs of fine-tuning are asked for.`,
    { hint: `Leave --finetune-epochs out; bbb plugins ${procedure} lists its options.` },
  );
}
