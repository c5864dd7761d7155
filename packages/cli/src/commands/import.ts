import { mkdir } from 'node:fs/promises';
import { dirname, join, parse } from 'node:path';
import {
  canonicalJson,
  datasetText,
  decodeSafetensors,
  encodeCheckpoint,
  encodeSafetensors,
  evaluate,
  openTrial,
  sizeOf,
  splitData,
  startBackend,
  trialKeys,
  type Dataset,
  type EvaluationSets,
  type OpenTrial,
  type Params,
  type PredictionMetrics,
  type Preprocessing,
} from '@bbb/core';
import { dataKey } from '@bbb/sweep/host';
import { checkOut, writeOut } from '../io/output-file.js';
import { print, printJson } from '../io/output.js';
import { UsageError } from '../errors/usage.js';
import { loadRegistry } from '../io/registry.js';
import { loadSet } from '../network/load-set.js';
import { DATA } from '../network/identity.js';
import { fillWeights, planImport } from '../network/imported.js';
import { headlineText } from '../network/metric-rows.js';
import type { Ops } from '../network/open.js';
import { readForeign } from '../network/read-foreign.js';
import { watchedExamples, watchedSets } from '../network/watched.js';
import type { ImportFlags } from '../options/kinds.js';
import { workProgress } from '../progress/work.js';
import { optionsOf } from '../run/executor.js';

/** The seed must not choose the test examples, because the network may have been trained on them. */
const noTestPart = (name: string): UsageError =>
  new UsageError(
    `The data set ${name} has no test examples here, and bbb can't know which examples the network was not trained on.`,
    `Give the data set test examples that the network was not trained on: bbb plugins ${name} lists its options.`,
  );

/** `bbb import`: makes a trial's checkpoint from a network that was trained elsewhere. */
export async function importNetwork(file: string, flags: ImportFlags): Promise<number> {
  const { registry } = await loadRegistry(flags.plugin);
  const out = join(flags.out ?? `${join(dirname(file), parse(file).name)}-bbb`, 'checkpoint.safetensors');
  await checkOut(out, flags.force === true);
  const use = { use: flags.dataset, options: optionsOf(flags.datasetOption) };
  const context = { ...(flags.dataDir === undefined ? {} : { dataDir: flags.dataDir }), secondary: false };
  const dataset = await loadSet(use, context, registry);
  if (dataset.test.count === 0) throw noTestPart(flags.dataset);
  const foreign = await readForeign(file, dataset.inputShape, flags);
  const trial = planImport(foreign.network, dataset, flags, registry);
  const splits = splitData(dataset, trial.data, trialKeys(trial.seed).split);
  const preprocessing = preprocessingOf(splits.train.preprocessing, flags, dataset);
  const ops = await startBackend();
  const { inputShape, target } = dataset;
  const open = openTrial(trial, { inputShape, target, preprocessing }, { registry, ops });
  if (flags.limit !== undefined && !open.trainer.finish) {
    throw new UsageError(
      `--limit has no effect with the method ${trial.method.use}, which takes the weights as they are.`,
      'Leave it out.',
    );
  }
  const params = open.model.init(open.keys.init);
  fillWeights(ops, open, params, foreign.network);
  const work = workProgress();
  const scaled = { ...splits.train, preprocessing };
  if (open.trainer.finish) {
    const examples = watchedExamples(scaled, work.step('fitting the posterior'));
    open.trainer.finish(params, examples, open.keys.finish);
  }
  const sets = { test: { ...splits.test, preprocessing }, outOfDistribution: {} };
  const metrics = measure(ops, open, params, watchedSets(sets, open, 0, work.step('measuring')));
  work.close();
  const bytes = encode(ops, open, params, dataset, foreign.sha256);
  await mkdir(dirname(out), { recursive: true });
  await writeOut(out, bytes, flags.force === true);
  const { headline } = open.likelihood;
  if (flags.json) {
    await printJson({
      file,
      sha256: foreign.sha256,
      out,
      trial,
      layers: foreign.network.layers,
      headline,
      [headline.metric]: metrics[headline.metric],
    });
  } else {
    await print(
      [
        `${out}: ${bytes.length} bytes`,
        `test ${headline.label} on ${datasetText(dataset)}: ${headlineText(headline, metrics)}`,
        `Go on with bbb prune, evaluate, export or serve ${dirname(out)}.`,
      ].join('\n'),
    );
  }
  open.trainer.dispose();
  return 0;
}

/** torchvision's Normalize works on pixels that were divided by 255, so its mean and sd must be multiplied by 255. */
function preprocessingOf(
  own: Preprocessing,
  { mean, sd, divisor = 255 }: ImportFlags,
  { inputShape }: Dataset,
): Preprocessing {
  if (mean === undefined && sd === undefined) return own;
  const size = sizeOf(inputShape);
  const each = (value: number): number[] => Array.from({ length: size }, () => value * divisor);
  return { ...own, input: { kind: 'standardise', mean: each(mean ?? 0), sd: each(sd ?? 1) } };
}

/** Measures the imported network. If its error is the same as elsewhere, its inputs are the same too. */
function measure(
  ops: Ops,
  { model, likelihood, keys }: OpenTrial,
  params: Params,
  sets: EvaluationSets,
): PredictionMetrics {
  return evaluate({ ops, model, likelihood }, params, sets, 0, keys.evaluate).evaluations[0]!.metrics;
}

function encode(ops: Ops, open: OpenTrial, params: Params, dataset: Dataset, sha256: string): Uint8Array {
  const state = { params, moments: {}, step: 0 };
  const { tensors, metadata } = decodeSafetensors(
    encodeCheckpoint(ops, open, open.trial.training.epochs, state),
  );
  const identity = { [dataKey(open.trial.data)]: dataset.sha256 };
  return encodeSafetensors(tensors, {
    ...metadata,
    [DATA]: canonicalJson(identity),
    // The hash of the file that the weights come from, since no trial trained them.
    imported: sha256,
  });
}
