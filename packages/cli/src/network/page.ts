import { gunzipSync } from 'node:zlib';
import { BbbError, linearLayers, sizeOf, type Registry, type TrialResult } from '@bbb/core';
import { decodeModel } from '@bbb/predict/format';
import { demoFiles, type ExampleEntry, type Manifest, type ModelEntry } from '@bbb/serve';
import { pruningOf, remove } from '../commands/prune.js';
import { UsageError } from '../errors/usage.js';
import { warn } from '../io/output.js';
import type { PruningFlags } from '../options/kinds.js';
import { NO_STEPS, type Steps } from '../progress/work.js';
import type { TestSets } from './data.js';
import { drawsOf, measuredAs, modelFile, resultOf, storedCalibration } from './model-file.js';
import { openNetwork, type OpenNetwork } from './open.js';
import { dataOnDemand, examplesForPruner } from './training-examples.js';

/** The parts of a network that the page shows. */
export interface PageOptions extends Omit<PruningFlags, 'share'> {
  /** A sparsity besides those of its trial. */
  readonly also?: number;
  /** Number of draws. Default: as its trial predicted. */
  readonly samples: number;
  readonly dataDir?: string;
}

/**
 * A web page that predicts with a network of grey images at several sparsities. Returns its files by name; a file comes after the files
 * that it refers to. The page loads nothing from other hosts.
 * @throws UsageError for a network that is not of classes of grey images
 */
export async function pageFiles(
  place: string,
  { also, samples, dataDir, ...pruning }: PageOptions,
  registry: Registry,
  steps: Steps = NO_STEPS,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const dense = await openNetwork(place, registry);
  try {
    const draws = drawsOf(dense, samples);
    const result = await resultOf(dense);
    const load = dataOnDemand(dense, { dataDir }, registry);
    const imageShape = imageShapeOf(dense, result);
    const wanted = [...new Set([0, ...dense.trial.pruning.shares, also ?? 0])]
      .filter((share) => share < 1)
      .toSorted((a, b) => a - b);
    const files = new Map<string, Uint8Array>();
    const models: ModelEntry[] = [];
    const onShare = steps('making the page');
    for (const [i, share] of wanted.entries()) {
      onShare(i / wanted.length);
      const { entry, bytes } = await modelAt(place, { ...pruning, share }, load, draws, result, registry);
      files.set(entry.file, bytes);
      models.push(entry);
    }
    const manifest: Manifest = {
      imageShape,
      classes: classesOf(dense),
      method: dense.trial.method.use,
      dataset: result?.dataset ?? dense.trial.data.use,
      samples: draws,
      models,
      examples: await examplesOf(dense, result, dataDir, load),
    };
    files.set('models.json', Buffer.from(`${JSON.stringify(manifest)}\n`));
    return new Map([...files, ...(await demoFiles())]);
  } finally {
    dense.close();
  }
}

/**
 * The page of {@link page} for one model file of `bbb export --format sparse`.
 * @throws BbbError `E_MODEL_FILE`, `E_MODEL_VERSION`; UsageError for a network that does not classify grey images
 */
export async function pageOfModel(bytes: Uint8Array): Promise<ReadonlyMap<string, Uint8Array>> {
  const { model, networks } = decodeModel(gunzipped(bytes));
  const weights = Array.from(networks[0]!.values());
  const { about = {}, target, inputShape, calibration } = model;
  const entry: ModelEntry = {
    share: fractionOf(about['share']),
    file: 'model.bbb',
    bytes: bytes.length,
    kept: weights.reduce((sum, { mean }) => sum + mean.length, 0),
    weights: weights.reduce((sum, { shape }) => sum + sizeOf(shape), 0),
    ...(calibration?.sets ? { level: calibration.sets.level } : {}),
  };
  const manifest: Manifest = {
    imageShape: imageShapeOf({ data: { inputShape, target } }, undefined),
    classes: classesOf({ data: { target } }),
    method: about['method'] ?? 'a method that it does not name',
    dataset: about['data'] ?? 'data that it does not name',
    samples: model.samples,
    models: [entry],
    examples: [],
  };
  return new Map([
    ['model.bbb', bytes],
    ['models.json', Buffer.from(`${JSON.stringify(manifest)}\n`)],
    ...(await demoFiles()),
  ]);
}

/** The largest size of an unzipped model file, bytes. */
const LARGEST = 2 ** 30;

function gunzipped(bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: LARGEST });
  } catch (cause) {
    throw new BbbError('E_MODEL_FILE', `This is not a model file: ${(cause as Error).message}.`, {
      hint: 'Write it again with bbb export --format sparse.',
      cause,
    });
  }
}

function fractionOf(text: string | undefined): number {
  const share = Number(text ?? 0);
  return share >= 0 && share <= 1 ? share : 0;
}

async function modelAt(
  place: string,
  flags: PruningFlags,
  load: () => Promise<TestSets>,
  draws: number,
  result: TrialResult | undefined,
  registry: Registry,
): Promise<{ readonly entry: ModelEntry; readonly bytes: Uint8Array }> {
  const { share } = flags;
  const network = await openNetwork(place, registry);
  try {
    const pruned = share > 0 ? pruningOf(network.trial.pruning, flags, registry) : undefined;
    const examples = pruned && (await examplesForPruner(network, pruned, load, registry));
    const removed = pruned && remove(network, pruned, registry, examples);
    const measured = measuredAs(result, network, pruned, draws);
    const calibrated = measured?.evaluation.calibrated;
    const bytes = modelFile(network, pruned, draws, measured && storedCalibration(measured.evaluation));
    const weights = linearLayers(network.architecture).reduce(
      (sum, { weight, bias }) => sum + sizeOf(weight.shape) + sizeOf(bias.shape),
      0,
    );
    const unusual = calibrated?.unusual?.entropy ?? undefined;
    const entry = {
      share,
      file: `model-${share}.bbb`,
      bytes: bytes.length,
      kept: weights - (removed?.zeros ?? 0),
      weights,
      ...(measured ? { accuracy: measured.evaluation.metrics['accuracy']! } : {}),
      ...(calibrated?.sets ? { level: calibrated.level } : {}),
      ...(unusual === undefined ? {} : { unusual }),
    };
    return { entry, bytes };
  } finally {
    network.close();
  }
}

/** The facts about a network's data that a page needs. */
interface Shown {
  readonly data: {
    readonly inputShape: readonly number[];
    readonly target:
      | { readonly kind: 'class'; readonly classes: number; readonly names?: readonly string[] }
      | { readonly kind: 'real' };
  };
}

function imageShapeOf(
  { data: { inputShape, target } }: Shown,
  result: TrialResult | undefined,
): readonly [number, number] {
  const [rows, cols, channels] = inputShape;
  const side = Math.sqrt(sizeOf(inputShape));
  if (target.kind === 'class' && inputShape.length === 3 && channels === 1) return [rows!, cols!];
  // A fully connected network of grey images stores only the number of its inputs, and not the height and width.
  if (target.kind === 'class' && inputShape.length === 1) {
    if (result?.imageShape) return result.imageShape;
    if (!result && Number.isInteger(side)) return [side, side];
  }
  throw new UsageError(
    'The page needs a network that predicts classes of grey images; this network does not.',
    'Export another format: --format sparse,onnx,tfjs.',
  );
}

function classesOf({ data: { target } }: { readonly data: Pick<Shown['data'], 'target'> }): string[] {
  if (target.kind !== 'class') return [];
  return [...(target.names ?? Array.from({ length: target.classes }, (_, c) => String(c)))];
}

/** A test image of each class, if the data are on this machine; otherwise the images that the result contains. */
async function examplesOf(
  network: OpenNetwork,
  result: TrialResult | undefined,
  dataDir: string | undefined,
  load: () => Promise<TestSets>,
): Promise<ExampleEntry[]> {
  try {
    const { test } = await load();
    const { features, targets, rows } = test;
    const size = sizeOf(test.inputShape);
    const ofClass = (c: number): ExampleEntry[] => {
      const row = rows.find((one) => targets[one] === c);
      if (row === undefined || !(features instanceof Uint8Array)) return [];
      return [{ label: c, pixels: base64(features.subarray(row * size, (row + 1) * size)) }];
    };
    return classesOf(network).flatMap((_, c) => ofClass(c));
  } catch (error) {
    if (dataDir !== undefined) throw error;
    warn(`The page was written without an example of each class: ${(error as Error).message}`);
    const { most = [], least = [] } = result?.examplesByCertainty ?? {};
    return [...most.slice(0, 6), ...least.slice(0, 6)].flatMap(({ label, pixels }) =>
      pixels === undefined ? [] : [{ label, pixels }],
    );
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
