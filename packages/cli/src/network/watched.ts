import { rowsAsked, watchSets, type EvaluationSets, type Examples } from '@bbb/core';
import type { OpenNetwork } from './open.js';

type Told = (share: number) => void;

/** Sets for one measurement of a network, with so many draws: they tell which share of it is done. */
export function watchedSets<Sets extends EvaluationSets>(
  sets: Sets,
  network: Pick<OpenNetwork, 'model' | 'likelihood' | 'keys'>,
  samples: number,
  told: Told,
): Sets {
  return watchSets(sets, shareOf(rowsAsked(network, sets, samples, network.keys.evaluate), told));
}

/**
 * Examples that are gone through so many times: they tell the share of it that is done. Where it is done more often, they begin again.
 */
export function watchedExamples(examples: Examples, told: Told, times = 1): Examples {
  return { ...examples, onRows: shareOf(Math.max(1, times) * examples.rows.length, told) };
}

/** Rows of a whole as a share; from the beginning again after its end. */
function shareOf(all: number, told: Told): (rows: number) => void {
  let done = 0;
  return (rows) => {
    done = done >= all ? rows : done + rows;
    told(Math.min(1, done / all));
  };
}
