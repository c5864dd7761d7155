import { BbbError } from '@bbb/base';
import type { StoredCalibration } from './format/model.js';

/**
 * The threshold of a risk: that of the largest known risk which is not above it, so that the answers that are given err no more than is
 * wished.
 *
 * @param calibration what was fitted for the number of draws that predict
 * @param maxRisk error of the answers that are given, fraction
 * @throws BbbError `E_RISK` for a risk that is no fraction, or one that nothing is known of
 */
export function thresholdFor(
  calibration: StoredCalibration | undefined,
  maxRisk: number,
): NonNullable<StoredCalibration['sure']> {
  const { sure, risks = [] } = calibration ?? {};
  const known = [...(sure ? [sure] : []), ...risks].toSorted((a, b) => a.risk - b.risk);
  const found = known.findLast(({ risk }) => risk <= maxRisk);
  if (maxRisk > 0 && maxRisk < 1 && found) return found;
  throw new BbbError(
    'E_RISK',
    `The model file does not know which answers have an error of ${percent(maxRisk)}.`,
    {
      hint:
        known.length > 0
          ? `Ask for one of ${percent(known[0]!.risk)} or more.`
          : 'It has no thresholds for this number of draws. Export it from the folder of a trial that kept its last epoch, or predict with that folder.',
    },
  );
}

/** A fraction for people; a program gives fractions. */
function percent(fraction: number): string {
  return `${Number((100 * fraction).toPrecision(4))} % (${fraction})`;
}
