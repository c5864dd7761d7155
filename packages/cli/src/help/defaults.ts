import type { PlannedTrial, Registry } from '@bbb/core';
import { parseSweepConfig, planSweep } from '@bbb/sweep';
import { baseConfig } from '../commands/sweep.js';
import { trainConfig } from '../commands/train.js';
import type { Defaults } from './texts.js';

interface Asked {
  readonly preset: string | undefined;
  readonly method: string | undefined;
}

/**
 * The values of a command's options if the user types none: those of the trials that the preset plans, or of the method of `bbb train`,
 * or of most methods.
 */
export function defaultsOf(command: string, { preset, method }: Asked, registry: Registry): Defaults {
  if (command !== 'train') {
    const presets = registry.list('presets');
    const own = command === 'bandit' ? presets.find(({ value }) => value.bandit) : presets[0];
    const name = preset ?? own!.name;
    return {
      '--preset': own!.name,
      ...described(
        planned(() => baseConfig(name, undefined, registry), registry),
        ` in ${name}`,
      ),
    };
  }
  const methods = method === undefined ? registry.list('methods').map(({ name }) => name) : [method];
  const trials = methods.flatMap((use) =>
    planned(() => trainConfig({ method: use, seed: 0 }, registry), registry),
  );
  return described(trials, '');
}

/** Help must be shown even if something is wrong with a preset. */
function planned(config: () => unknown, registry: Registry): readonly PlannedTrial[] {
  try {
    return planSweep(parseSweepConfig(config()), registry).trials;
  } catch {
    return [];
  }
}

const VALUES: Readonly<Record<string, (trial: PlannedTrial['trial']) => string>> = {
  '--hidden': ({ network, hidden }) => network?.use ?? (hidden.join(',') || 'none'),
  '--validation': ({ data }) => String(data.validation),
  '--epochs': ({ training }) => String(training.epochs),
  '--batch': ({ training }) => String(training.batchSize),
  '--lr': ({ training }) => String(training.optimizer.learningRate),
  '--optimizer': ({ training }) => training.optimizer.kind,
};

function described(trials: readonly PlannedTrial[], where: string): Defaults {
  if (trials.length === 0) return {};
  return Object.fromEntries(
    Object.entries(VALUES).map(([option, valueOf]) => [
      option,
      `${usual(trials.map(({ trial }) => valueOf(trial)))}${where}`,
    ]),
  );
}

/** The most frequent value. */
function usual(values: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const [[most]] = [...counts].toSorted((a, b) => b[1] - a[1]) as [[string, number]];
  return counts.size === 1 ? most : `${most} for most methods`;
}
