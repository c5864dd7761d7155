import type { DataIdentity } from '../store/data-identity.js';
import type { PlannedTrial, SweepEvent } from '@bbb/core';
import type { SweepConfig } from '../config/schema.js';
import { rowOf } from '../store/index/rows.js';
import type { Warn } from '../store/open.js';
import { scanTrial } from '../store/scan.js';
import type { GuardedIndex } from './guarded-index.js';
import { storedLoss, type LiveSearch } from './live-search.js';
import type { Tally } from './tally.js';

interface ProposerContext {
  readonly data: DataIdentity | undefined;
  readonly dir: string;
  readonly live: LiveSearch;
  readonly config: SweepConfig;
  readonly tally: Tally;
  readonly index: GuardedIndex;
  readonly emit: (event: SweepEvent) => void;
  readonly warn: Warn;
}

/**
 * Gives the trials of one configuration after another, and an empty list when all were proposed. Trials that have a result already
 * (their folders outlived the record of the search) are kept and skipped.
 */
export function proposer({ dir, data, live, config, tally, index, emit, warn }: ProposerContext) {
  return async (): Promise<PlannedTrial[]> => {
    for (;;) {
      const proposed = await live.next();
      if (!proposed) return [];
      const open: PlannedTrial[] = [];
      for (const planned of proposed) {
        const say = (message: string): void => warn('W_DAMAGED', message, planned.id);
        const state = await scanTrial(dir, planned, data, say);
        tally.add(planned, state);
        index.add([rowOf(planned, state)]);
        if (state.state === 'open') open.push(planned);
        else live.ended(planned, await storedLoss(dir, planned, state, config));
      }
      emit({ type: 'trials-proposed', trials: open.map(nameOf) });
      if (open.length > 0) return open;
    }
  };
}

function nameOf({ id, label, variant, seed, trial }: PlannedTrial) {
  return { id, label, variant, seed, epochs: trial.training.epochs };
}
