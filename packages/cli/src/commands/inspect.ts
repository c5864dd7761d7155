import {
  BbbError,
  checkedDataset,
  dataId,
  parseOptions,
  summarise,
  type Dataset,
  type Registry,
} from '@bbb/core';
import { besides, blocks } from '../inspect/blocks.js';
import { columnsOf } from '../inspect/columns.js';
import { examples, histograms, isPictures, sheet } from '../inspect/pictures.js';
import { planFor } from '../inspect/plan.js';
import { inspectedText, type Inspected } from '../inspect/text.js';
import { whatIsNamed, type Named } from '../inspect/what.js';
import { checkOut, writeOut } from '../io/output-file.js';
import { print, printJson, say } from '../io/output.js';
import { loadRegistry } from '../io/registry.js';
import { setOptions } from '../options/data.js';
import type { InspectFlags } from '../options/kinds.js';
import type { Assignment } from '../parse/assignment.js';
import { loadProgress } from '../progress/load.js';
import { optionsOf } from '../run/executor.js';

/** `bbb data inspect`: what a data set contains, how bbb would use it, and the command that trains on it. Returns the exit code. */
export async function inspect(what: string, flags: InspectFlags): Promise<number> {
  const { plugin, out, force = false, json, show = process.stdout.isTTY } = flags;
  if (out !== undefined) await checkOut(out, force);
  const { registry } = await loadRegistry(plugin);
  const inspected = await look(await whatIsNamed(what, registry), setOptions(flags), registry);
  if (out !== undefined) {
    await writeOut(out, await pictureOf(inspected.dataset), force);
    if (!json) say(`Wrote ${out}`);
  }
  if (json) await printJson(asJson(inspected));
  else {
    const drawn = show ? drawnExamples(inspected.dataset, process.stdout.columns || 80) : '';
    await print(`${inspectedText(inspected)}\n${drawn}`);
  }
  return 0;
}

async function look(named: Named, given: readonly Assignment[], registry: Registry): Promise<Inspected> {
  const { dataset, options, assumed } = await loadAssuming(named, given, registry);
  const summary = summarise(dataset);
  const columns = isPictures(dataset) ? [] : columnsOf(dataset);
  return { named, dataset, summary, columns, plan: planFor(dataset, named, options), assumed };
}

interface Loaded {
  readonly dataset: Dataset;
  /** The options, including those that were assumed. */
  readonly options: readonly Assignment[];
  readonly assumed: readonly string[];
}

/** Options that a first inspection may assume, by the code of the error that asks for them. */
const ASSUMED: Readonly<Record<string, (hint: string) => Assignment | undefined>> = {
  E_CSV_TARGET: (hint) => {
    const column = /--target (.+?)\. Its columns/.exec(hint)?.[1];
    return column === undefined ? undefined : { path: 'target', value: column };
  },
  E_CSV_MISSING: (hint) => ({ path: 'missing', value: /missing=(mean|drop)/.exec(hint)?.[1] ?? 'mean' }),
};

/** Loads the data. If an option is missing that training needs, it assumes a value and reports that value. */
async function loadAssuming(
  named: Named,
  options: readonly Assignment[],
  registry: Registry,
  assumed: readonly string[] = [],
): Promise<Loaded> {
  try {
    return { dataset: await load(named, options, registry), options, assumed };
  } catch (error) {
    if (!(error instanceof BbbError)) throw error;
    const more = ASSUMED[error.code]?.(error.hint ?? '');
    if (!more || options.some(({ path }) => path === more.path)) throw error;
    const note = `${error.message} Assumed here: ${more.path}=${String(more.value)}.`;
    return loadAssuming(named, [...options, more], registry, [...assumed, note]);
  }
}

async function load(
  { use, dataDir }: Named,
  options: readonly Assignment[],
  registry: Registry,
): Promise<Dataset> {
  const source = registry.get('datasets', use);
  const parsed = parseOptions(use, source.options, optionsOf(options));
  const { onProgress, close } = loadProgress(process.stderr);
  const context = { ...(dataDir === undefined ? {} : { dataDir }), onProgress };
  return checkedDataset(use, await Promise.resolve(source.load(parsed, context)).finally(close));
}

/** Rows and columns of the picture sheet. */
const [ROWS, PER_ROW] = [20, 10];

async function pictureOf(dataset: Dataset): Promise<Uint8Array> {
  const { encode } = await import('fast-png');
  const { width, height, channels, pixels } = isPictures(dataset)
    ? sheet(examples(dataset, ROWS, PER_ROW))
    : histograms(dataset);
  return encode({ width, height, channels, depth: 8, data: pixels });
}

/** More pictures would scroll the text out of view. */
const MOST_DRAWN = 6;

/** Draws one example of each of the first classes. Tables have their histograms in the text instead. */
function drawnExamples(dataset: Dataset, columns: number): string {
  if (!isPictures(dataset)) return '';
  const first = examples(dataset, MOST_DRAWN, 1).flat();
  return `\n${besides(first.map(blocks), columns).join('\n')}\n`;
}

function asJson({ named, dataset, summary, columns, plan, assumed }: Inspected): object {
  const { source, sha256, notes = [], train } = dataset;
  return {
    ...named,
    ...summary,
    elements: train.features instanceof Uint8Array ? 'uint8' : 'float32',
    ...(columns.length > 0 ? { columns } : {}),
    source,
    sha256,
    id: dataId(sha256),
    notes: [...assumed, ...notes],
    plan: plan.words,
    command: plan.command,
  };
}
