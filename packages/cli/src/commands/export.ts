import { mkdir } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { dirname, join, parse } from 'node:path';
import { gzipSync } from 'node:zlib';
import { canonicalJson, inputNames, type KeepMasks, type Registry } from '@bbb/core';
import { denseBytes, onnxModel, plainNetwork, tfjsModel, type PlainNetwork } from '@bbb/export';
import { inColumns } from '../io/columns.js';
import { checkOut, writeOut } from '../io/output-file.js';
import { print, printJson, warn } from '../io/output.js';
import { loadRegistry } from '../io/registry.js';
import { drawsOf, measuredAs, modelFile, resultOf, storedCalibration } from '../network/model-file.js';
import { openNetwork, type OpenNetwork } from '../network/open.js';
import { pageFiles } from '../network/page.js';
import { dataOnDemand, examplesForPruner } from '../network/training-examples.js';
import type { NetworkExportFlags } from '../options/kinds.js';
import { workProgress, type Steps } from '../progress/work.js';
import { pruningOf, remove } from './prune.js';

/** A file to write. */
interface ExportFile {
  readonly format: NetworkExportFlags['format'][number];
  readonly name: string;
  readonly bytes: Uint8Array;
}

type Pruned = ReturnType<typeof remove> & { readonly pruning: ReturnType<typeof pruningOf> };

/** `bbb export`: writes a stored network as files for other programs. */
export async function exportNetwork(place: string, flags: NetworkExportFlags): Promise<number> {
  const { registry } = await loadRegistry(flags.plugin);
  const network = await openNetwork(place, registry);
  const work = workProgress();
  try {
    const dense = denseSizes(network);
    const pruned =
      flags.prune === undefined ? undefined : await pruneFirst(network, flags, registry, work.step);
    const out = flags.out ?? defaultOut(network.file.path, pruned);
    const { files, notes } = await filesOf(network, flags, pruned, work.step);
    if (flags.format.includes('page')) files.push(...(await pageOf(place, flags, registry, work.step)));
    for (const { name } of files) await checkOut(join(out, name), flags.force === true);
    await mkdir(out, { recursive: true });
    if (flags.format.includes('page')) await mkdir(join(out, PAGE), { recursive: true });
    // The files are in this order: a file is written after the files that it refers to.
    for (const { name, bytes } of files) await writeOut(join(out, name), bytes, flags.force === true);
    work.step('measuring sizes');
    const sizes = files.map(({ bytes, ...file }) => ({ ...file, bytes: bytes.length, gzip: gzipped(bytes) }));
    work.close();
    if (flags.json) {
      await printJson({
        checkpoint: network.file.path,
        out,
        ...(pruned ? { pruning: pruned.pruning, zeros: pruned.zeros, ranked: pruned.ranked } : {}),
        samples: flags.samples,
        dense,
        files: sizes,
        notes,
      });
      return 0;
    }
    const rows = sizes.map(({ name, bytes, gzip }) => [join(out, name), String(bytes), String(gzip)]);
    const table = [
      ['', 'bytes', 'gzip'],
      ['dense float32 weights', String(dense.bytes), String(dense.gzip)],
      ...rows,
    ];
    await print([...inColumns(table, [1, 2]), ...notes].join('\n'));
    return 0;
  } finally {
    work.close();
    network.close();
  }
}

/** The size that the files are compared with: the weights of one unpruned network, as float32. */
function denseSizes({ architecture, model, params }: OpenNetwork): {
  readonly bytes: number;
  readonly gzip: number;
} {
  const weights = model
    .posterior(params)
    .map(({ mu }) => Buffer.from(mu.buffer, mu.byteOffset, mu.byteLength));
  const all = Buffer.concat(weights);
  const bytes = denseBytes(architecture);
  // For an ensemble, this is the size of one member.
  return { bytes, gzip: gzipped(all.subarray(0, bytes)) };
}

async function pruneFirst(
  network: OpenNetwork,
  flags: NetworkExportFlags,
  registry: Registry,
  steps: Steps,
): Promise<Pruned> {
  const { prune, pruner, prunerOption, scope, include } = flags;
  const asked = {
    share: prune!,
    ...(pruner === undefined ? {} : { pruner }),
    ...(prunerOption ? { prunerOption } : {}),
    ...(scope ? { scope } : {}),
    ...(include ? { include } : {}),
  };
  const pruning = pruningOf(network.trial.pruning, asked, registry);
  if (network.trial.pruning.finetuneEpochs > 0)
    warn('The network is not trained on after pruning, as its trial did.');
  const load = dataOnDemand(network, flags, registry);
  const examples = await examplesForPruner(network, pruning, load, registry);
  return { pruning, ...remove(network, pruning, registry, examples, steps) };
}

/** The name of the page's folder, inside the folder of the other files. */
const PAGE = 'page';

async function pageOf(
  place: string,
  { samples, prune, pruner, prunerOption, scope, include, dataDir }: NetworkExportFlags,
  registry: Registry,
  steps: Steps,
): Promise<ExportFile[]> {
  const files = await pageFiles(
    place,
    {
      samples,
      ...(prune === undefined ? {} : { also: prune }),
      ...(pruner === undefined ? {} : { pruner }),
      ...(prunerOption ? { prunerOption } : {}),
      ...(scope ? { scope } : {}),
      ...(include ? { include } : {}),
      ...(dataDir === undefined ? {} : { dataDir }),
    },
    registry,
    steps,
  );
  return Array.from(files, ([name, bytes]) => ({ format: 'page', name: join(PAGE, name), bytes }));
}

async function filesOf(
  network: OpenNetwork,
  { format, samples, quantise }: NetworkExportFlags,
  pruned: Pruned | undefined,
  steps: Steps,
): Promise<{ readonly files: ExportFile[]; readonly notes: readonly string[] }> {
  const plain = (draws: number): PlainNetwork =>
    plainNetwork(network, network.ops, draws, network.keys.evaluate);
  const files: ExportFile[] = [];
  const notes: string[] = [];
  if (network.model.stochastic && network.model.plainDraws === false)
    notes.push(
      'the mean network alone: files hold weights only, and draws of its method depend on more than weights',
    );
  if (pruned)
    notes.push(`${pruned.zeros} of ${pruned.ranked} weights are zero, removed by ${pruned.pruning.pruner}`);
  if (format.includes('sparse')) {
    steps('writing the sparse file');
    const draws = drawsOf(network, samples);
    const measured = measuredAs(await resultOf(network), network, pruned?.pruning, draws);
    const calibration = measured && storedCalibration(measured.evaluation);
    files.push({
      format: 'sparse',
      name: 'model.bbb',
      bytes: modelFile(network, pruned?.pruning, draws, calibration),
    });
    if (!calibration) notes.push('model.bbb has no calibration: its trial measured no such network');
  }
  if (format.includes('onnx')) {
    steps('writing the ONNX file');
    const bytes = onnxModel(plain(samples), metadataOf(network, pruned));
    files.push({ format: 'onnx', name: 'model.onnx', bytes });
  }
  if (format.includes('tfjs')) {
    steps('writing the tfjs files');
    const { json, weights, error } = tfjsModel(plain(0), quantise);
    // The name contains a hash of the weights, so that a model.json never goes with the weights of another.
    const name = `weights-${createHash('sha256').update(weights).digest('hex').slice(0, 8)}.bin`;
    files.push({ format: 'tfjs', name, bytes: weights });
    files.push({ format: 'tfjs', name: 'model.json', bytes: Buffer.from(json(name)) });
    if (quantise !== 'none')
      notes.push(
        `${quantise}: weights are off by ${error.largest.toExponential(1)} at most, where the largest is ${error.of.toPrecision(3)}`,
      );
    if (samples > 0) notes.push('tfjs has the mean network alone; draws are in the ONNX file');
  }
  return { files, notes };
}

function metadataOf({ trial, data }: OpenNetwork, pruned: Pruned | undefined): Record<string, string> {
  const { table } = data.preprocessing;
  return {
    method: trial.method.use,
    data: trial.data.use,
    target: canonicalJson(data.target),
    ...(table ? { inputs: canonicalJson(inputNames(table)) } : {}),
    ...(pruned ? { pruning: canonicalJson(pruned.pruning) } : {}),
  };
}

function gzipped(bytes: Uint8Array): number {
  return gzipSync(bytes, { level: 9 }).length;
}

function defaultOut(
  path: string,
  pruned: { readonly keep: KeepMasks; readonly pruning: Pruned['pruning'] } | undefined,
): string {
  const name = parse(path).name.replace(/\.safetensors$/, '');
  const how = pruned ? `-${pruned.pruning.pruner}-${pruned.pruning.share}` : '';
  return join(dirname(path), `${name}${how}-export`);
}
