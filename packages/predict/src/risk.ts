import { BbbError } from '@bbb/base';
import type { StoredCalibration } from './format/model.js';

/**
 * The threshold for a risk: that of the largest stored risk that is not above `maxRisk`, so that the share of wrong answers stays within
 * `maxRisk`.
 *
 * @param calibration what was fitted for the number of draws that predict
 * @param maxRisk largest share of the given answers that may be wrong, fraction
 * @throws BbbError `E_RISK` for a risk that is not a fraction, or one without a stored threshold
 */
export function thresholdFor(
  calibration: StoredCalibration | undefined,
  maxRisk: number,
): NonNullable<StoredCalibration['sure']> {
  if (!(typeof maxRisk === 'number' && maxRisk > 0 && maxRisk < 1)) {
    const got = typeof maxRisk === 'number' ? maxRisk : `of type ${typeof maxRisk}`;
    throw new BbbError('E_RISK', `The risk is ${got}, not a fraction between 0 and 1.`, {
      hint: 'Give the share of the given answers that may be wrong, e.g. 0.05 for 5 %.',
    });
  }
  const { sure, risks = [] } = calibration ?? {};
  const known = [...(sure ? [sure] : []), ...risks].toSorted((a, b) => a.risk - b.risk);
  const found = known.findLast(({ risk }) => risk <= maxRisk);
  if (found) return found;
  throw new BbbError('E_RISK', `The model file has no threshold for an error of ${percent(maxRisk)}.`, {
    hint:
      known.length > 0
        ? `Choose ${percent(known[0]!.risk)} or more.`
        : 'It has no thresholds for this number of draws. Export it again from the folder of a trial that measured its last epoch (--select last), or predict with that folder.',
  });
}

/** A fraction as a percentage, for messages. */
function percent(fraction: number): string {
  return `${Number((100 * fraction).toPrecision(4))} % (${fraction})`;
}
