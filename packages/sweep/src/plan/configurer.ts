import { contentId, planProcedure, trialId, type PlannedTrial, type Registry, type Trial } from '@bbb/core';
import type { MethodEntry, SweepConfig } from '../config/schema.js';
import { describePoint, type Hyperparameters } from './grid.js';
import type { NetworkChoice } from './networks.js';
import { resolveData, resolveTrial } from './resolve.js';

/** A configuration: a trial without its seed. */
export interface Configuration {
  readonly label: string;
  readonly variant: string;
  readonly configuration: string;
  readonly trial: Omit<Trial, 'seed'>;
}

/** Makes a configuration from an entry of `methods`, a network, and hyper-parameters by path. */
export function configurer(
  config: SweepConfig,
  registry: Registry,
): (entry: MethodEntry, network: NetworkChoice, hyperparameters: Hyperparameters) => Configuration {
  const data = resolveData(config, registry);
  const several = config.hidden.length + (config.networks?.length ?? 0) > 1;
  return (entry, network, hyperparameters) => {
    const trial = resolveTrial(config, registry, data, entry, network, hyperparameters);
    // A plan that its procedure can't make is reported now, not after the network was trained.
    if (trial.pruning.procedure) planProcedure({ ...trial, seed: 0 }, registry);
    const variant = [...(several ? [network.name] : []), describePoint(hyperparameters)]
      .filter((part) => part !== '')
      .join(' ');
    return { label: entry.label, variant, configuration: contentId(trial), trial };
  };
}

/** A configuration with a seed. */
export function seeded({ label, variant, configuration, trial }: Configuration, seed: number): PlannedTrial {
  const whole: Trial = { ...trial, seed };
  return { id: trialId(whole), label, variant, configuration, seed, trial: whole };
}
