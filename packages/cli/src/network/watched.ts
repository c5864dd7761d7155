import { rowsAsked, watchSets, type EvaluationSets, type Examples } from '@bbb/core';
import type { OpenNetwork } from './open.js';

type OnShare = (share: number) => void;

/** Sets for one measurement of a network with this number of draws. They report the share of the measurement that is done. */
export function watchedSets<Sets extends EvaluationSets>(
  sets: Sets,
  network: Pick<OpenNetwork, 'model' | 'likelihood' | 'keys'>,
  samples: number,
  onShare: OnShare,
): Sets {
  return watchSets(sets, shareOf(rowsAsked(network, sets, samples, network.keys.evaluate), onShare));
}

/**
 * Examples that are read this number of times, and report the share that is done. If they are read more often, the share begins again at 0.
 */
export function watchedExamples(examples: Examples, onShare: OnShare, times = 1): Examples {
  return { ...examples, onRows: shareOf(Math.max(1, times) * examples.rows.length, onShare) };
}

/** Turns numbers of rows into a share of all. After the end, the share begins again at 0. */
function shareOf(all: number, onShare: OnShare): (rows: number) => void {
  let done = 0;
  return (rows) => {
    done = done >= all ? rows : done + rows;
    onShare(Math.min(1, done / all));
  };
}
