import { type PlannedTrial, type Registry } from '@bbb/core';
import { estimateSeconds, sweepStatus, type Plan } from '@bbb/sweep';
import { inColumns } from '../io/columns.js';
import { print, printLine, say } from '../io/output.js';
import { formatDuration } from '../progress/duration.js';
import { nameOf, trialsText } from '../progress/lines.js';

import { loadedText, oddText, type LoadedData } from './load.js';
import { startupText } from './startup.js';

export interface DryRun {
  /** The folder. Undefined if its name depends on data that are not on this machine. */
  readonly dir: string | undefined;
  readonly registry: Registry;
  /** The data, or the error that says why they could not be loaded. */
  readonly loaded: LoadedData | Error;
  readonly workers: number;
  readonly json: boolean;
}

/** Prints the plan and, if the data are on this machine, its estimated time, which it measures by a few real steps. */
export async function printPlan(
  whole: Plan,
  { dir, registry, loaded, workers, json }: DryRun,
): Promise<number> {
  const plan = { ...whole, trials: whole.search ? firstTrials(whole.search) : whole.trials };
  const done = dir === undefined ? new Set() : await doneTrials(dir);
  const open = plan.trials.filter(({ id }) => !done.has(id));
  const kept = plan.trials.length - open.length;
  const estimate = await estimateOf(open, registry, loaded, workers);
  if (json) {
    await printLine({
      type: 'plan',
      dir: dir ?? null,
      config: plan.config,
      trials: plan.trials,
      kept,
      estimate,
    });
  } else {
    await print([planText(plan, dir, loaded), estimateText(open.length, kept, estimate)].join('\n'));
  }
  return 0;
}

/** Announces the measurement, because a minute of silence would look like a fault. */
function sayKinds(kinds: number): void {
  if (kinds > 5) say(`Timing a few steps of each of ${kinds} kinds of trials.`);
}

/** `seconds` is the time of the `trials` that were timed. */
type Estimate =
  | { readonly seconds: number; readonly workers: number; readonly trials: number }
  | { readonly problem: string };

async function estimateOf(
  open: readonly PlannedTrial[],
  registry: Registry,
  loaded: LoadedData | Error,
  workers: number,
): Promise<Estimate> {
  if (loaded instanceof Error) return { problem: loaded.message };
  try {
    const { datasets } = loaded;
    const alone = await estimateSeconds(open, registry, { datasets, onKinds: sayKinds });
    return { seconds: schedule([...alone.values()], workers), workers, trials: alone.size };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

/** The sweep takes at least as long as its longest trial. */
function schedule(seconds: readonly number[], workers: number): number {
  return Math.max(seconds.reduce((sum, each) => sum + each, 0) / workers, ...seconds, 0);
}

function estimateText(open: number, kept: number, estimate: Estimate): string {
  const before = kept > 0 ? `${kept} of them are done already. ` : '';
  if (open === 0) return 'All of them are done already.';
  if ('problem' in estimate) return `${before}No estimate of the time: ${estimate.problem}`;
  const { seconds, workers, trials } = estimate;
  const time = `${formatDuration(seconds)} with ${workers} at a time on this machine`;
  return trials === open
    ? `${before}About ${time}.`
    : `${before}More than ${time}: that is for ${trials} of ${open} trials; timing the others would take too long.`;
}

/** Trials that have a result in the folder already. */
async function doneTrials(dir: string): Promise<ReadonlySet<string>> {
  try {
    const { trials } = await sweepStatus(dir);
    return new Set(trials.filter(({ state }) => state === 'done').map(({ id }) => id));
  } catch {
    // The folder does not exist yet, or the sweep will refuse it.
    return new Set();
  }
}

/** The trials that a search would propose without learning. They have the same number and the same cost. */
function firstTrials(search: NonNullable<Plan['search']>): PlannedTrial[] {
  const proposals: Parameters<typeof search.propose>[0][number][] = [];
  return Array.from({ length: search.total }, () => {
    const { proposal, trials } = search.propose(proposals, []);
    proposals.push(proposal);
    return trials;
  }).flat();
}

/** The widths, or the name of the network. If there are several networks with this name, the variant distinguishes them. */
function networkText({ network, hidden }: PlannedTrial['trial']): string {
  return network ? `network ${network.use}` : `hidden ${hidden.join('-') || 'none'}`;
}

function planText(
  { trials, config, search }: Plan,
  dir: string | undefined,
  loaded: LoadedData | Error,
): string {
  const absent = loaded instanceof Error;
  const startup = startupText(search, search?.total ?? 0);
  const where = dir ?? 'a folder below runs/ that is named by the data too';
  const rows = trials.map((planned) => {
    const { training } = planned.trial;
    return [
      planned.id,
      nameOf(planned),
      `seed ${planned.seed}`,
      networkText(planned.trial),
      training.epochs === 1 ? '1 epoch' : `${training.epochs} epochs`,
      `${training.optimizer.kind} ${training.optimizer.learningRate}`,
    ];
  });
  return [
    `${trialsText(trials.length)} on ${absent ? config.dataset.use : loaded.described[0]!.name}, results would be in ${where}`,
    ...(absent ? [] : [`Data: ${loadedText(loaded, config)}`, ...oddText(loaded)]),
    ...(search?.adaptive
      ? ['The search learns while it runs: this list is what it would try without learning.']
      : []),
    ...(startup === undefined ? [] : [startup]),
    ...inColumns(rows),
  ].join('\n');
}
