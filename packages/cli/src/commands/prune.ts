import { dirname, join, parse } from 'node:path';
import {
  canonicalJson,
  countZeros,
  datasetsText,
  decide,
  decodeSafetensors,
  encodeCheckpoint,
  encodeSafetensors,
  evaluate,
  parseOptions,
  prune as pruneParams,
  pruneContext,
  prunerLabel,
  scoreWeights,
  updateKept,
  type Examples,
  type KeepMasks,
  type PredictionMetrics,
  type PruningOptions,
  type Registry,
} from '@bbb/core';
import { usableCores } from '@bbb/sweep';
import { checkOut, writeOut } from '../io/output-file.js';
import { print, printJson, warn } from '../io/output.js';
import { loadRegistry } from '../io/registry.js';
import type { TestSets } from '../network/data.js';
import { DATA } from '../network/identity.js';
import { headlineText } from '../network/metric-rows.js';
import { openNetwork, type OpenNetwork } from '../network/open.js';
import { packSparse } from '../network/sparse.js';
import { dataOnDemand, examplesForPruner } from '../network/training-examples.js';
import { watchedExamples, watchedSets } from '../network/watched.js';
import type { PruneFlags, PruningFlags } from '../options/kinds.js';
import { percent } from '../progress/lines.js';
import { NO_STEPS, workProgress, type Steps } from '../progress/work.js';
import { optionsOf } from '../run/executor.js';

/** `bbb prune`: writes a checkpoint of a stored network without its lowest-scored weights. */
export async function prune(place: string, flags: PruneFlags): Promise<number> {
  const { registry } = await loadRegistry(flags.plugin);
  const network = await openNetwork(place, registry, flags.threads ?? usableCores());
  const work = workProgress();
  try {
    const pruning = pruningOf(network.trial.pruning, flags, registry);
    const { pruner } = pruning;
    const out = flags.out ?? defaultOut(network.file.path, pruner, flags);
    await checkOut(out, flags.force === true);
    const { headline } = network.likelihood;
    const load = dataOnDemand(network, flags, registry);
    const examples = await examplesForPruner(network, pruning, load, registry);
    const meter = await headlineMeter(network, flags, load);
    const before = meter?.measure(work.step('measuring before pruning'));
    const { keep, zeros, ranked } = remove(network, pruning, registry, examples, work.step);
    const after = meter?.measure(work.step('measuring after pruning'));
    work.close();
    const whole = encode(network, pruning);
    const bytes = flags.sparse ? packSparse(whole, keep, network.model.params) : whole;
    await writeOut(out, bytes, flags.force === true);
    const outcome = {
      checkpoint: network.file.path,
      out,
      ...pruning,
      zeros,
      ranked,
      bytes: bytes.length,
      bytesBefore: network.file.size,
      ...(before === undefined
        ? {}
        : {
            headline,
            [headline.metric]: { before: before[headline.metric], after: after![headline.metric] },
            dataset: meter!.described[0]!.name,
            dataSha256: meter!.described[0]!.sha256,
          }),
    };
    if (flags.json) await printJson(outcome);
    else
      await print(
        [
          `${out}: ${bytes.length} bytes (before: ${network.file.size})`,
          `${zeros} of ${ranked} weights are zero (${percent(zeros / ranked)}), removed by ${pruner}`,
          ...(before === undefined
            ? []
            : [
                `test ${headline.label} on ${datasetsText(meter!.described)}: ${headlineText(headline, before)} before, ${headlineText(headline, after!)} after`,
              ]),
          ...finetuneNote(network.trial.pruning),
        ].join('\n'),
      );
    return 0;
  } finally {
    work.close();
    network.close();
  }
}

/** Says how this network differs from the one that its trial measured: this command prunes in one step and does not fine-tune. */
function finetuneNote({ finetuneEpochs, procedure }: PruningOptions): string[] {
  if (procedure) return [`pruned at once, and not by the procedure ${procedure.use} of its trial`];
  return finetuneEpochs === 0
    ? []
    : [
        `not trained on after pruning, as its trial did for ${finetuneEpochs === 1 ? 'an epoch' : `${finetuneEpochs} epochs`}`,
      ];
}

/** How a network is pruned. */
interface Pruning extends Pick<PruningOptions, 'scope' | 'include' | 'exclude'> {
  readonly pruner: string;
  /** The name that the trial gives the criterion, if it differs from the plugin's name. */
  readonly label?: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly share: number;
}

/** The pruning of the trial, changed by the flags. */
export function pruningOf(trial: PruningOptions, flags: PruningFlags, registry: Registry): Pruning {
  const named = flags.pruner ?? prunerLabel(trial.pruners[0]!);
  const own =
    trial.pruners.find((one) => prunerLabel(one) === named) ?? trial.pruners.find(({ use }) => use === named);
  const pruner = own?.use ?? named;
  const { options } = registry.get('pruners', pruner);
  const before = own?.options;
  return {
    pruner,
    ...(own?.label === undefined ? {} : { label: own.label }),
    ...(trial.exclude ? { exclude: trial.exclude } : {}),
    options: parseOptions(pruner, options, {
      ...before,
      ...optionsOf(flags.prunerOption),
    }) as Pruning['options'],
    scope: flags.scope ?? trial.scope,
    include: flags.include ?? trial.include,
    share: flags.share,
  };
}

/**
 * Prunes the parameters in place; counts the zeros in the tensors that forward passes read.
 * @param examples examples for criteria that need them
 * @param steps called with what is being done
 */
export function remove(
  { ops, model, likelihood, params, keys }: OpenNetwork,
  { pruner, label = pruner, options, share, scope, include, exclude }: Pruning,
  registry: Registry,
  examples?: Examples,
  steps: Steps = NO_STEPS,
): { keep: KeepMasks; zeros: number; ranked: number } {
  const scoring = steps('scoring weights');
  const context = pruneContext({
    ops,
    model,
    likelihood,
    params,
    init: keys.init,
    ...(examples ? { examples: watchedExamples(examples, scoring) } : {}),
  });
  const which = { include, ...(exclude ? { exclude } : {}) };
  const scored = scoreWeights({ use: pruner, options }, registry, context, which, keys.prune(label));
  const { keep, warnings } = decide(scored, { share }, scope, model.architecture);
  for (const warning of warnings) warn(warning);
  updateKept(ops, model, params, label, scored, keep, context);
  pruneParams(ops, model, params, keep);
  const counted = countZeros(ops, model, params, keys.evaluate);
  const ranked = model.architecture.weights.filter(({ role }) => include.includes(role));
  const total = (which: 0 | 1): number => ranked.reduce((sum, { name }) => sum + counted[name]![which], 0);
  return { keep, zeros: total(0), ranked: total(1) };
}

/**
 * Measures the mean network, or its draws if it has no mean network, in its state at the time of the call. Undefined when the data
 * set can't be had.
 */
async function headlineMeter(
  network: OpenNetwork,
  { dataDir }: PruneFlags,
  load: () => Promise<TestSets>,
): Promise<
  | {
      readonly measure: (onShare: (share: number) => void) => PredictionMetrics;
      readonly described: TestSets['described'];
    }
  | undefined
> {
  try {
    const sets = await load();
    const { params, keys, model, trial } = network;
    const samples = model.hasMean === false ? trial.prediction.samples : 0;
    return {
      described: sets.described,
      measure: (onShare) => {
        const watched = watchedSets(sets, network, samples, onShare);
        return evaluate(network, params, watched, samples, keys.evaluate).evaluations[0]!.metrics;
      },
    };
  } catch (error) {
    if (dataDir !== undefined) throw error;
    warn(`The ${network.likelihood.headline.label} was not measured: ${(error as Error).message}`);
    return undefined;
  }
}

/** Encodes the pruned parameters alone. The optimiser state is left out, because training does not go on from this checkpoint. */
function encode(
  { ops, trial, data, trained, checkpoint, params }: OpenNetwork,
  pruning: Pruning,
): Uint8Array {
  const state = { params, moments: {}, step: checkpoint.step };
  const { tensors, metadata } = decodeSafetensors(
    encodeCheckpoint(ops, { trial, data }, checkpoint.epoch, state),
  );
  return encodeSafetensors(tensors, {
    ...metadata,
    pruning: canonicalJson(pruning),
    ...(trained ? { [DATA]: canonicalJson(trained) } : {}),
  });
}

function defaultOut(path: string, pruner: string, { share, sparse }: PruneFlags): string {
  const name = parse(path).name.replace(/\.safetensors$/, '');
  return join(dirname(path), `${name}-${pruner}-${share}.safetensors${sparse ? '.gz' : ''}`);
}
