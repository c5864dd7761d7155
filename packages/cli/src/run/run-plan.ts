import { resolve } from 'node:path';
import type { Registry, SweepOutcome, Use } from '@bbb/core';
import { checkSweep, exitCode, runSweep, usableCores, type Parts, type Plan } from '@bbb/sweep';
import { EXIT } from '../errors/exit-codes.js';
import { say } from '../io/output.js';
import type { ConfigFlags } from '../options/config.js';
import type { RunFlags } from '../options/run.js';
import { reportersOf } from '../progress/choose.js';
import { formatDuration } from '../progress/duration.js';
import { trialsText } from '../progress/lines.js';
import { commandLine } from './command-line.js';
import { printPlan } from './dry-run.js';
import { executorOf, optionsOf } from './executor.js';
import { defaultFolder } from './folder.js';
import { printOutcome } from './outcome.js';
import { shareOf } from './share.js';
import { loadedText, loadForRun, loadIfHere } from './load.js';

import { listenForSignals } from './signals.js';
import { startupText } from './startup.js';

export interface Run {
  /** The beginning of the default folder's name. */
  readonly name: string;
  readonly registry: Registry;
  readonly plugins: readonly string[];
  readonly flags: RunFlags & Pick<ConfigFlags, 'dataDir'>;
  /** The executor, store and reporters of the configuration file. */
  readonly parts?: Parts | undefined;
}

/** Runs the trials of a plan that are not done yet, shows the progress and prints the outcome. Returns the exit code. */
export async function runPlan(whole: Plan, run: Run): Promise<number> {
  const { name, registry, plugins, flags, parts = {} } = run;
  const executor = executorOf(flags, registry, parts.executor);
  const store = storeOf(flags, registry, parts.store);
  const reporters = reportersOf(flags, registry, parts.reporters);
  const loaded = flags.dryRun
    ? await loadIfHere(whole, registry, flags.dataDir, flags.quiet)
    : await loadForRun(whole, registry, flags.dataDir, flags.quiet);
  const absent = loaded instanceof Error;
  const folder = flags.dir ?? (absent ? undefined : await defaultFolder(name, whole, loaded));
  const { plan, dir } = shareOf(whole, folder ?? 'runs', {
    ...flags,
    manyMachines: registry.get('executors', executor.use).host !== undefined,
  });
  const sweep = {
    dir: resolve(dir),
    registry,
    plugins,
    executor,
    store,
    reporters,
    ...optional('extend', flags.extend),
    ...optional('dataDir', flags.dataDir),
    ...(absent ? {} : { datasets: loaded.datasets }),
  };
  if (absent || flags.dryRun) {
    if (folder !== undefined) await checkSweep(plan, sweep);
    const workers = Math.min(flags.workers ?? usableCores(), trialCount(plan));
    const json = flags.json === true;
    return printPlan(plan, { dir: folder && dir, registry, loaded, workers, json });
  }
  if (trialCount(plan) === 0) {
    say(`There are only ${whole.trials.length} trials: this shard has none.`);
    return EXIT.done;
  }
  if (!flags.quiet)
    say(`${trialsText(trialCount(plan))}, results in ${dir}\nData: ${loadedText(loaded, whole.config)}`);
  return runToEnd(plan, sweep, dir, { whole, flags });
}

/** Runs what is left of a plan, and shows how it ended. @param dir the folder, in the form that people read */
async function runToEnd(
  plan: Plan,
  sweep: Parameters<typeof runSweep>[1],
  dir: string,
  { whole, flags }: { readonly whole: Plan; readonly flags: RunFlags },
): Promise<number> {
  const signals = listenForSignals();
  const failedNow = new Set<string>();
  let outcome: SweepOutcome | undefined;
  const end = (): void => {
    if (outcome && (!flags.quiet || outcome.status !== 'done')) sayEnd(outcome);
  };
  try {
    outcome = await runSweep(plan, {
      ...sweep,
      ...optional('workers', flags.workers),
      ...optional('retryFailed', flags.retryFailed),
      ...optional('failFast', flags.failFast),
      ...optional('maxRetries', flags.maxRetries),
      ...optional('timeoutSeconds', flags.timeout),
      // A job scheduler starts a job again on another machine only after the earlier one has ended.
      takeOver: flags.index !== undefined,
      onEvent: (event) => void (event.type === 'trial-failed' && failedNow.add(event.id)),
      signal: signals.stop,
      kill: signals.kill,
    });
  } finally {
    signals.close(end);
  }
  if (signals.kill.aborted) {
    end();
    return exitCode(outcome);
  }
  const asEvents = sweep.reporters?.some(({ use }) => use === 'events') ?? false;
  const failures = { now: failedNow, shown: !flags.quiet };
  const report = await printOutcome(outcome, dir, asEvents, failures).catch((error: unknown) => {
    // The outcome can't be read, e.g. because the folder was moved. Show how the sweep ended all the same.
    end();
    throw error;
  });
  if (report !== undefined && !flags.quiet) say(`Report: ${report}`);
  const random = startupText(whole.search, Math.floor(outcome.counts.done / whole.config.seeds.length));
  if (random !== undefined && !flags.quiet) say(random);
  signals.close();
  end();
  return exitCode(outcome);
}

function storeOf({ store, storeOption }: RunFlags, registry: Registry, file?: Use): Use {
  const use = store ?? file?.use ?? registry.list('stores')[0]!.name;
  registry.get('stores', use);
  return { use, options: { ...(file?.use === use ? file.options : {}), ...optionsOf(storeOption) } };
}

function trialCount({ config, search, trials }: Plan): number {
  return search ? search.total * config.seeds.length : trials.length;
}

function sayEnd({ status, counts, seconds, error }: SweepOutcome): void {
  const again = `To go on:\n  ${commandLine()}`;
  switch (status) {
    case 'done':
      return say(
        `${counts.total === 1 ? 'The trial is' : `All ${counts.total} trials`} done${counts.stoppedEarly > 0 ? ` (${counts.stoppedEarly} stopped early)` : ''}, ${formatDuration(seconds)}.`,
      );
    case 'failed':
      return say(failureText(counts));
    case 'interrupted':
      return say(`Stopped with ${counts.done} of ${trialsText(counts.total)} done. ${again}`);
    case 'disk-full':
    case 'halted':
      return say(`error: ${error?.message ?? 'It could not go on.'}\n${hintOf(error?.hint)}${again}`);
  }
}

function failureText({ failed, diverged, done, total, waiting }: SweepOutcome['counts']): string {
  const command = commandLine();
  const retry = / --retry-failed\b/.test(command) ? command : `${command} --retry-failed`;
  const failures = `${failed + diverged} of ${trialsText(total)} failed`;
  // With --fail-fast, the other trials were not begun.
  if (waiting > 0)
    return `Stopped at the first failure, with ${done} of ${trialsText(total)} done. To go on:\n  ${retry}`;
  // A trial that diverged would diverge again.
  return failed === 0
    ? `${failures}.`
    : `${failures}. To run ${failed === 1 ? 'it' : 'them'} again:\n  ${retry}`;
}

function hintOf(hint: string | undefined): string {
  return hint === undefined ? '' : `hint: ${hint}\n`;
}

/** An object with this member, or an empty one if the value is undefined. */
function optional<K extends string, T>(key: K, value: T | undefined): { [P in K]?: T } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: T });
}
