import type { Examples } from '../data/examples.js';
import type { EvaluationSets } from './evaluate.js';

/** Reports the progress of a trial's measurements. */
export interface MeasuringProgress {
  /** The sets to measure on. They report the progress within the measurement of one network. */
  readonly sets: EvaluationSets;
  /** Call it with the share of the procedure that is done, before the next network is measured. */
  at(share: number): void;
}

/**
 * Reports the share of a trial's measurements that is done, example by example, because the first network alone may take many seconds.
 *
 * @param all how often a network is computed for an example in one measurement
 * @param work units of work of the procedure. The dense network, which is measured before the procedure, is one more unit
 */
export function measuringProgress(
  sets: EvaluationSets,
  all: number,
  work: number,
  onShare: (share: number) => void,
): MeasuringProgress {
  let begun = 0;
  let rows = 0;
  const onRows = (more: number): void => {
    rows += more;
    onShare((begun + Math.min(1, rows / all)) / (1 + work));
  };
  return {
    sets: watchSets(sets, onRows),
    at(share) {
      begun = 1 + share * work;
      rows = 0;
      onShare(begun / (1 + work));
    },
  };
}

/**
 * The same examples, which call `onRows` each time that networks have been computed for some of them.
 *
 * @param sets the examples to watch; not changed
 * @param onRows called with the number of examples each time that a network has been computed for some
 */
export function watchSets<Sets extends EvaluationSets>(sets: Sets, onRows: (rows: number) => void): Sets {
  const watched = (examples: Examples): Examples => ({ ...examples, onRows });
  const { test, outOfDistribution, calibration, validation } = sets;
  const outside = Object.entries(outOfDistribution).map(([name, examples]) => [name, watched(examples)]);
  return {
    ...sets,
    test: watched(test),
    outOfDistribution: Object.fromEntries(outside) as EvaluationSets['outOfDistribution'],
    ...(calibration ? { calibration: watched(calibration) } : {}),
    ...(validation ? { validation: watched(validation) } : {}),
  };
}
