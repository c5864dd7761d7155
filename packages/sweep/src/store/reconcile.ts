import { BbbError, canonicalJson } from '@bbb/core';
import type { Plan } from '../plan/plan.js';
import { describeDifferences, differences } from './diff.js';
import { recordOf, sameSweep, type SweepRecord } from './sweep-record.js';

/**
 * The record that sweep.json should hold now: the stored one, or, with `extend`, that of a plan that only adds trials. The scheduler
 * must be the same, because trial ids do not depend on it.
 * @throws BbbError `E_SWEEP_CHANGED` with the differences
 */
export function reconcile(stored: SweepRecord, plan: Plan, extend: boolean): SweepRecord {
  const wanted = recordOf(plan);
  if (plan.search) return reconcileSearch(stored, wanted, extend);
  if (sameSweep(stored, wanted)) return stored;
  const dropped = without(stored, wanted);
  const same = canonicalJson([searchedBy(stored)]) === canonicalJson([searchedBy(wanted)]);
  if (extend && same && dropped === 0)
    return {
      ...wanted,
      data: stored.data,
      sets: stored.sets,
      headline: stored.headline,
      versions: stored.versions,
    };
  const added = without(wanted, stored);
  throw changed(
    stored,
    wanted,
    dropped > 0
      ? `${dropped} of its ${stored.trials.length} trials are not part of this one: choose another --dir.`
      : !same
        ? 'Choose another --dir: decisions about its trials hold for its own search only.'
        : added > 0
          ? 'Add --extend to add the new trials, or choose another --dir.'
          : 'The trials are the same under other names: add --extend to continue under the new names.',
  );
}

/** How many trials of `one` are missing in `other`. */
function without(one: SweepRecord, other: SweepRecord): number {
  const ids = new Set(other.trials.map(({ id }) => id));
  return one.trials.filter(({ id }) => !ids.has(id)).length;
}

/** The search without its number of configurations; undefined for a sweep without a search. */
function searchedBy({ config }: SweepRecord): object | undefined {
  const search = config['search'] as object | undefined;
  return search && { ...search, trials: undefined };
}

/** A search that learns goes on from the stored record; only its number of configurations may grow. */
function reconcileSearch(stored: SweepRecord, wanted: SweepRecord, extend: boolean): SweepRecord {
  if (canonicalJson(stored.config) === canonicalJson(wanted.config)) return stored;
  const asked = configurations(wanted);
  const { search: before, ...rest } = stored.config;
  const { search: after, ...others } = wanted.config;
  const grown = asked > configurations(stored);
  const same =
    canonicalJson([rest, { ...(before as object), trials: asked }]) === canonicalJson([others, after]);
  if (grown && same && extend) return { ...stored, config: wanted.config };
  throw changed(
    stored,
    wanted,
    grown && same
      ? 'Add --extend to search on, or choose another --dir.'
      : 'Choose another --dir: results of a search hold for its own space only.',
  );
}

function changed(stored: SweepRecord, wanted: SweepRecord, hint: string): BbbError {
  const message = `This folder holds another sweep:\n${describeChange(stored, wanted)}`;
  return new BbbError('E_SWEEP_CHANGED', message, { hint });
}

function configurations({ config }: SweepRecord): number {
  return (config['search'] as { readonly trials?: number } | undefined)?.trials ?? 0;
}

function describeChange(stored: SweepRecord, wanted: SweepRecord): string {
  const config = differences(stored.config, wanted.config);
  if (config.length > 0) return describeDifferences(config);
  // The configurations are equal but the trials differ: a default of a method or of bbb has changed.
  const pair = stored.trials
    .map((before, i) => ({ before, after: wanted.trials[i] }))
    .find(({ before, after }) => before.id !== after?.id);
  const versions = `  versions: bbb ${stored.versions.bbb} -> ${wanted.versions.bbb}`;
  return `${describeDifferences(differences(pair?.before.trial, pair?.after?.trial))}\n${versions}`;
}
