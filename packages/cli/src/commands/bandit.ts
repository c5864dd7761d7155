import {
  banditSchema,
  BbbError,
  contentId,
  dataId,
  parseOptions,
  type BanditSettings,
  type Dataset,
  type PlannedTrial,
  type Registry,
} from '@bbb/core';
import { banditFiles, banditTableOf, renderTerminal, writeFiles } from '@bbb/report';
import { loadPlanData, parseSweepConfig, planSweep } from '@bbb/sweep';
import { join } from 'node:path';
import { jobOf, type BanditJob } from '../bandit/runs.js';
import { playAll } from '../bandit/play-all.js';
import { EXIT } from '../errors/exit-codes.js';
import { UsageError } from '../errors/usage.js';
import { print, printJson, say } from '../io/output.js';
import { loadRegistry } from '../io/registry.js';
import type { BanditFlags } from '../options/kinds.js';
import { commandLine } from '../run/command-line.js';
import { listenForSignals } from '../run/signals.js';
import { baseConfig, sweepConfig } from './sweep.js';

/** `bbb bandit`, and `bbb sweep` with a bandit preset: agents act on a table of classes and learn. Returns the exit code. */
export async function bandit(flags: BanditFlags): Promise<number> {
  const { registry } = await loadRegistry(flags.plugin);
  const preset = flags.preset ?? registry.list('presets').find(({ value }) => value.bandit)!.name;
  const settings = settingsOf(preset, flags, registry);
  const plan = planSweep(
    parseSweepConfig(sweepConfig(baseConfig(preset, undefined, registry), flags, registry)),
    registry,
  );
  const datasets = await loadPlanData(plan, registry, flags.dataDir);
  // The data set for training comes first.
  const dataset = Object.values(datasets)[0]!;
  const jobs = jobsOf(settings, plan.trials, dataset);
  const dir =
    flags.dir ??
    join(
      'runs',
      `${preset}-${dataset.name}-${contentId(jobs.map(({ id }) => id)).slice(0, 8)}`.replaceAll(
        /[^\w./-]+/g,
        '-',
      ),
    );
  if (flags.dryRun) {
    await print(
      `${runsText(jobs.length, settings.rounds)}, results in ${dir}:\n${jobs.map(({ agent, trial }) => `  ${agent.name}, seed ${trial.seed}`).join('\n')}`,
    );
    return EXIT.done;
  }
  if (!flags.quiet) say(`${runsText(jobs.length, settings.rounds)} on ${dataset.name}, results in ${dir}`);
  const signals = listenForSignals();
  const runs = await playAll({
    dir,
    jobs,
    dataset,
    settings,
    registry,
    signal: signals.stop,
    onRun({ agent, seed, regret, seconds }, kept) {
      if (flags.quiet) return;
      say(
        `${agent}, seed ${seed}: regret ${regret.at(-1)!.toFixed(0)}${kept ? ' (kept)' : `, ${seconds.toFixed(1)} s`}`,
      );
    },
  }).finally(() => signals.close());
  if (runs.length < jobs.length) {
    say(
      `Stopped with ${runs.length} of ${jobs.length} ${jobs.length === 1 ? 'run' : 'runs'} done. To go on:\n  ${commandLine()}`,
    );
    return signals.stop.reason === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted;
  }
  const story = { dataset: dataset.name, settings, runs };
  const written = await writeFiles(dir, banditFiles(story));
  if (flags.json) await printJson({ dir, dataset: dataset.name, settings, runs });
  else await print(renderTerminal(banditTableOf(story)));
  if (!flags.quiet) say(`Report: ${written[0]}`);
  return EXIT.done;
}

/** The settings of the preset, changed by flags. @throws UsageError for a preset that is not a bandit */
function settingsOf(preset: string, flags: BanditFlags, registry: Registry): BanditSettings {
  const { bandit: given } = registry.get('presets', preset);
  if (!given) {
    throw new UsageError(
      `The preset "${preset}" describes a sweep, not a bandit.`,
      `Run it with: bbb sweep --preset ${preset}`,
    );
  }
  const { rounds, steps, every, bad } = flags;
  const changed = { rounds, steps, every, bad };
  const set = Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== undefined));
  const settings = parseOptions(`preset ${preset}`, banditSchema, { ...given, ...set });
  const { agents } = flags;
  if (!agents) return settings;
  const unknown = agents.filter((name) => settings.agents.every((agent) => agent.name !== name));
  if (unknown.length > 0) {
    throw new UsageError(
      `There is no agent called ${unknown.join(' or ')}.`,
      `Agents of ${preset}: ${settings.agents.map(({ name }) => name).join(', ')}.`,
    );
  }
  return { ...settings, agents: settings.agents.filter(({ name }) => agents.includes(name)) };
}

/** All jobs, agent by agent and seed by seed. If flags remove a method from the sweep, its agents are removed too. */
function jobsOf(settings: BanditSettings, trials: readonly PlannedTrial[], { sha256 }: Dataset): BanditJob[] {
  const jobs = settings.agents.flatMap((agent) =>
    trials
      .filter(({ label }) => label === agent.method)
      .map(({ trial }) => jobOf(agent, trial, settings, dataId(sha256))),
  );
  if (jobs.length > 0) return jobs;
  throw new BbbError(
    'E_BANDIT',
    'There is no agent to run: the sweep has none of the methods that the agents use.',
    {
      hint: `Add one of their methods with --methods: ${[...new Set(settings.agents.map(({ method }) => method))].join(', ')}.`,
    },
  );
}

function runsText(runs: number, rounds: number): string {
  return `${runs} ${runs === 1 ? 'run' : 'runs'} of ${rounds} ${rounds === 1 ? 'round' : 'rounds'}`;
}
