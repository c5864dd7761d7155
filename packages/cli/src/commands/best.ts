import { resolve } from 'node:path';
import { errorText, headlineOf, type MetricSpec, type Registry, type SweepData } from '@bbb/core';
import {
  halfWidth,
  importanceTable,
  objectiveOf,
  renderTerminal,
  tableJson,
  type Estimate,
} from '@bbb/report';
import { parseSweepConfig, planSweep, readSweep } from '@bbb/sweep';
import { DATA_FILE, trainAgain } from '../best/again.js';
import { ranked, type Ranked } from '../best/rank.js';
import { UsageError } from '../errors/usage.js';
import { print, printJson } from '../io/output.js';
import { loadRegistry } from '../io/registry.js';
import type { BestFlags } from '../options/kinds.js';
import { commandLine } from '../run/command-line.js';
import { startupText } from '../run/startup.js';

/** `bbb best`: the configuration that did best on validation examples, how sure that is, and the command to train it again. */
export async function best(dir: string, { plugin, json }: BestFlags): Promise<number> {
  const data = await readSweep(resolve(dir));
  const all = ranked(data);
  const [first] = all;
  if (!first) throw nothing(dir, data);
  const { registry } = await loadRegistry(plugin);
  const { trial } = first.group.results[0]!;
  const args = trainAgain(trial, registry, plugin);
  const again = args && commandLine(args);
  const random = startupOf(data, registry, all.length);
  const importance = importanceTable(data);
  if (json) {
    await printJson({
      dir,
      configuration: first.group.name,
      setting: first.setting,
      trial,
      ids: first.group.results.map(({ id }) => id),
      objective: objectiveOf(data),
      loss: first.loss,
      configurations: all.length,
      command: again ?? null,
      ...(random === undefined ? {} : { startup: random }),
      ...(importance ? { importance: tableJson(importance) } : {}),
    });
    return 0;
  }
  await print(
    [
      ...bestLines(all, data),
      again === undefined
        ? `No short command trains it again: bbb sweep --config ${dir}/sweep.json has all of its configuration.`
        : `To train it again${args?.includes(DATA_FILE) ? `, with the path of the data for ${DATA_FILE}` : ''}:\n  ${again}`,
      ...(random === undefined ? [] : [random]),
      ...(importance ? ['', renderTerminal(importance, { width: process.stdout.columns || 120 })] : []),
    ].join('\n'),
  );
  return 0;
}

function bestLines(all: readonly Ranked[], data: SweepData): string[] {
  const [{ group, setting, loss }, next] = all as [Ranked, Ranked?];
  const spec = headlineOf(group.results[0]!);
  const text = (value: Estimate): string => lossText(value, spec, objectiveOf(data));
  const missing = group.planned - loss.n;
  return [
    `Best of ${all.length === 1 ? '1 configuration' : `${all.length} configurations`}: ${group.name} (${setting})`,
    `${text(loss)}, ${loss.n === 1 ? 'one seed: no interval' : `95 % confidence over ${loss.n} seeds`}${missing > 0 ? `; ${missing} more ${missing === 1 ? 'seed is' : 'seeds are'} missing` : ''}`,
    ...(next ? [`Next: ${next.group.name}, ${text(next.loss)}`] : []),
  ];
}

function lossText(value: Estimate, spec: MetricSpec, objective: ReturnType<typeof objectiveOf>): string {
  const half = halfWidth(value);
  if (objective === 'validationNll') {
    return `validation NLL ${value.mean.toFixed(4)}${half === undefined ? '' : ` ± ${half.toFixed(4)}`} nats`;
  }
  const interval = half === undefined ? '' : ` ± ${errorText(spec, half)}`;
  return `validation ${spec.error} ${errorText(spec, value.mean)}${interval}`;
}

/** A note if the sampler of the search has not begun to learn. The note is left out if the sampler's plugin is not loaded. */
function startupOf({ config }: SweepData, registry: Registry, finished: number): string | undefined {
  try {
    return startupText(planSweep(parseSweepConfig(config), registry).search, finished);
  } catch {
    return undefined;
  }
}

function nothing(dir: string, { results }: SweepData): UsageError {
  return results.length === 0
    ? new UsageError(`No trial of ${dir} has finished yet.`, `bbb sweep status ${dir} says how far they are.`)
    : new UsageError(
        `The trials of ${dir} have no validation examples, so there is no error to choose the best by.`,
        'bbb best does not choose by test examples. Train again with --validation N.',
      );
}
