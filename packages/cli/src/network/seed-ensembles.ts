import { join } from 'node:path';
import {
  addMembers,
  canonicalJson,
  targetsOf,
  type Accumulator,
  type Draw,
  type Examples,
  type PlannedTrial,
  type Registry,
  type SeedEnsemble,
  type SweepData,
} from '@bbb/core';
import { loadTestSets, type TestSets } from './data.js';
import { openNetwork, type OpenNetwork } from './open.js';

/** The predictions of a configuration's seeds so far. */
interface Gathered {
  readonly sets: TestSets;
  readonly network: Pick<OpenNetwork, 'likelihood' | 'data'>;
  readonly test: Accumulator;
  readonly outside: Readonly<Record<string, Accumulator>>;
  draws: number;
}

/** The measured ensembles, and why others were not measured. */
export interface SeedEnsembles {
  readonly ensembles: readonly SeedEnsemble[];
  readonly left: readonly string[];
}

/**
 * Measures the stored networks of all finished seeds of each configuration as one ensemble, without training. It uses the unpruned networks, and
 * the draws of stochastic ones. One network is in memory at a time.
 *
 * @param dir folder of the sweep
 * @param onShare called with the share of the networks that have predicted
 * @throws BbbError `E_STORE_DAMAGED`, `E_SWEEP_CHANGED`, and what data sets throw
 */
export async function seedEnsembles(
  dir: string,
  { plan, results }: SweepData,
  registry: Registry,
  dataDir?: string,
  onShare: (share: number) => void = () => undefined,
): Promise<SeedEnsembles> {
  const done = new Set(results.map(({ id }) => id));
  const configurations = new Map<string, PlannedTrial[]>();
  for (const planned of plan) {
    if (!done.has(planned.id)) continue;
    const peers = configurations.get(planned.configuration) ?? [];
    configurations.set(planned.configuration, [...peers, planned]);
  }
  let asked = 0;
  const networkAsked = (): void => onShare(++asked / done.size);
  const ensembles: SeedEnsemble[] = [];
  const left: string[] = [];
  for (const [configuration, trials] of configurations) {
    const name = [trials[0]!.label, trials[0]!.variant].filter(Boolean).join(' ');
    const gathered =
      trials.length < 2 ? 'it has only one seed' : await gather(dir, trials, registry, dataDir, networkAsked);
    if (typeof gathered === 'string') left.push(`${name}: ${gathered}`);
    else
      ensembles.push({
        configuration,
        seeds: trials.map(({ seed }) => seed),
        evaluation: evaluated(gathered),
      });
  }
  return { ensembles, left };
}

/** @returns why there is no ensemble; undefined if there is one */
async function gather(
  dir: string,
  trials: readonly PlannedTrial[],
  registry: Registry,
  dataDir: string | undefined,
  asked: () => void,
): Promise<Gathered | string> {
  if (trials[0]!.trial.data.testFraction !== undefined) return 'each seed holds out other examples';
  let gathered: Gathered | undefined;
  for (const { id } of trials) {
    const network = await openNetwork(join(dir, 'trials', id), registry);
    try {
      gathered ??= await begin(network, registry, dataDir);
      const { target } = gathered.network.data.preprocessing;
      if (canonicalJson(target ?? null) !== canonicalJson(network.data.preprocessing.target ?? null))
        return 'each seed standardises its targets differently';
      add(gathered, network);
      asked();
    } finally {
      network.close();
    }
  }
  return gathered!;
}

async function begin(
  network: OpenNetwork,
  registry: Registry,
  dataDir: string | undefined,
): Promise<Gathered> {
  const sets = await loadTestSets(network, { dataDir }, registry);
  const { likelihood, data } = network;
  const accumulator = ({ rows }: Examples): Accumulator => likelihood.accumulator(rows.length);
  const outside = Object.entries(sets.outOfDistribution).map(
    ([name, examples]) => [name, accumulator(examples)] as const,
  );
  return {
    sets,
    network: { likelihood, data },
    test: accumulator(sets.test),
    outside: Object.fromEntries(outside),
    draws: 0,
  };
}

/** Each network gets the examples as its own training did, because inputs may be standardised by the split of its seed. */
function add(gathered: Gathered, network: OpenNetwork): void {
  const { sets, test, outside } = gathered;
  const { params, data } = network;
  const draws = drawsOf(network);
  const seen = (examples: Examples): Examples => ({ ...examples, preprocessing: data.preprocessing });
  addMembers(test, network, params, seen(sets.test), draws);
  for (const [name, examples] of Object.entries(sets.outOfDistribution))
    addMembers(outside[name]!, network, params, seen(examples), draws);
  gathered.draws += draws.length;
}

/** The draws that the trial predicted with, or the mean network if the network is not stochastic. */
function drawsOf({ model, trial, keys }: OpenNetwork): readonly Draw[] {
  const { samples } = trial.prediction;
  if (model.hasMean !== false && (!model.stochastic || samples === 0)) return ['mean'];
  return model.draws(Math.max(1, samples), keys.evaluate);
}

function evaluated({ sets, network, test, outside, draws }: Gathered): SeedEnsemble['evaluation'] {
  const finished = Object.entries(outside).map(
    ([name, accumulator]) => [name, accumulator.finish()] as const,
  );
  const targets = targetsOf(sets.test, sets.test.rows);
  return {
    predict: 'samples',
    samples: draws,
    ...network.likelihood.evaluate(test.finish(), targets, Object.fromEntries(finished)),
  };
}
