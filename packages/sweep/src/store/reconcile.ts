import { BbbError, canonicalJson } from '@bbb/core';
import type { Plan } from '../plan/plan.js';
import { describeDifferences, differences } from './diff.js';
import { recordOf, sameSweep, type SweepRecord } from './sweep-record.js';

/**
 * What sweep.json should hold now: the stored record, or, when `extend` allows it, that of a plan that only adds trials.
 * @throws BbbError `E_SWEEP_CHANGED` with the differences
 */
export function reconcile(stored: SweepRecord, plan: Plan, extend: boolean): SweepRecord {
  const wanted = recordOf(plan);
  if (plan.search) return reconcileSearch(stored, wanted, extend);
  if (sameSweep(stored, wanted)) return stored;
  const ids = new Set(wanted.trials.map(({ id }) => id));
  const dropped = stored.trials.filter(({ id }) => !ids.has(id));
  if (extend && dropped.length === 0) return { ...wanted, versions: stored.versions };
  throw new BbbError(
    'E_SWEEP_CHANGED',
    `This folder holds another sweep:\n${describeChange(stored, wanted)}`,
    {
      hint:
        dropped.length > 0
          ? `${dropped.length} of its ${stored.trials.length} trials are not part of this one: choose another --dir.`
          : 'Add --extend to add the new trials, or choose another --dir.',
    },
  );
}

/** A search that learns goes on from what is stored; only the number of configurations may grow. */
function reconcileSearch(stored: SweepRecord, wanted: SweepRecord, extend: boolean): SweepRecord {
  if (canonicalJson(stored.config) === canonicalJson(wanted.config)) return stored;
  const asked = configurations(wanted);
  const { search: before, ...rest } = stored.config;
  const { search: after, ...others } = wanted.config;
  const grown = asked > configurations(stored);
  const same =
    canonicalJson([rest, { ...(before as object), trials: asked }]) === canonicalJson([others, after]);
  if (grown && same && extend) return { ...stored, config: wanted.config };
  throw new BbbError(
    'E_SWEEP_CHANGED',
    `This folder holds another sweep:\n${describeChange(stored, wanted)}`,
    {
      hint:
        grown && same
          ? 'Add --extend to search on, or choose another --dir.'
          : 'Choose another --dir: what a search has learnt holds for its own space only.',
    },
  );
}

function configurations({ config }: SweepRecord): number {
  return (config['search'] as { readonly trials?: number } | undefined)?.trials ?? 0;
}

function describeChange(stored: SweepRecord, wanted: SweepRecord): string {
  const config = differences(stored.config, wanted.config);
  if (config.length > 0) return describeDifferences(config);
  // The same configuration means other trials: a default of a method or of bbb has changed.
  const pair = stored.trials
    .map((before, i) => ({ before, after: wanted.trials[i] }))
    .find(({ before, after }) => before.id !== after?.id);
  const versions = `  versions: bbb ${stored.versions.bbb} -> ${wanted.versions.bbb}`;
  return `${describeDifferences(differences(pair?.before.trial, pair?.after?.trial))}\n${versions}`;
}
