import type { Dataset, Registry, Use } from '@bbb/core';
import { loadSet } from '../network/load-set.js';
import { UsageError } from '../errors/usage.js';
import { ownSources } from '../inspect/what.js';
import { say } from '../io/output.js';
import type { ConfigFlags } from '../options/config.js';
import { loadProgress, NO_PROGRESS } from '../progress/load.js';
import type { Json } from './path.js';

/** The fractions that are held out of a data set and the length of training, by the set's size, as flags of a sweep. */
export interface BySize {
  readonly validation: number;
  /** Absent for a set that has test examples. */
  readonly testFraction?: number;
  readonly batch: number;
  readonly epochs: number;
}

/** The number of validation examples that a sweep holds out if nothing else is said, and that presets hold out of MNIST. */
export const VALIDATION = 10_000;
const TEST_FRACTION = 0.2;

/** The flags for a data set. If it has no test examples, some are held out. */
export function bySize({ train, test }: Pick<Dataset, 'train' | 'test'>): BySize {
  const held = test.count === 0 ? Math.round(TEST_FRACTION * train.count) : 0;
  const left = train.count - held;
  const validation = left > 2 * VALIDATION ? VALIDATION : aTenth(left);
  return {
    validation,
    ...(held > 0 ? { testFraction: TEST_FRACTION } : {}),
    ...lengthOf(left - validation),
  };
}

/** The number of validation examples of a set for which {@link VALIDATION} are too many. */
export function aTenth(examples: number): number {
  return Math.max(1, Math.round(examples / 10));
}

/** Ten epochs are enough for MNIST, but fewer examples give too few steps. */
function lengthOf(examples: number): Pick<BySize, 'batch' | 'epochs'> {
  if (examples >= FEW) return { batch: 128, epochs: 10 };
  return { batch: BATCH, epochs: Math.min(MOST_EPOCHS, Math.ceil((STEPS * BATCH) / Math.max(1, examples))) };
}

const [FEW, STEPS, BATCH, MOST_EPOCHS] = [5000, 2000, 32, 100];

/**
 * Flags for options that the user did not type, from the size of the data set: presets are made for tens of thousands of images.
 * @param config the configuration with the flags applied, so that it names the data set and its options
 */
async function flagsBySize(
  flags: ConfigFlags & { readonly quiet?: boolean },
  config: Json,
  registry: Registry,
): Promise<Partial<BySize>> {
  const sized = bySize(await configuredSet(flags, config, registry));
  return Object.fromEntries(
    Object.entries(sized).filter(([name]) => flags[name as keyof BySize] === undefined),
  );
}

/** The data set that a configuration names, from the folder that the flags give. Shows the progress of a slow load. */
export async function configuredSet(
  { dataDir, quiet }: ConfigFlags & { readonly quiet?: boolean },
  config: Json,
  registry: Registry,
): Promise<Dataset> {
  const { onProgress, close } = quiet ? NO_PROGRESS : loadProgress(process.stderr);
  const context = { onProgress, ...(dataDir === undefined ? {} : { dataDir }) };
  return loadSet(config['dataset'] as Use, context, registry).finally(close);
}

/** Tells the user which options follow from the size of the data. */
export function reportSized({ quiet }: { readonly quiet?: boolean }, sized: Partial<BySize>): void {
  if (!quiet && Object.keys(sized).length > 0) say(`By the size of the data: ${flagsText(sized)}`);
}

/** The flags as text: `--validation 12 --test-fraction 0.2`. */
function flagsText(sized: Partial<BySize>): string {
  return Object.entries(sized)
    .map(([name, value]) => `--${name.replace('testFraction', 'test-fraction')} ${value}`)
    .join(' ');
}

/**
 * The preset that suits the data set of these flags. Undefined if the set names none. With one, the size of the set decides some options, too.
 * @throws UsageError for a path in place of a data set's name, and for options of tables without one
 */
export function presetOf(flags: ConfigFlags, registry: Registry): string | undefined {
  const { dataset, target, columns, drop } = flags;
  const isTable = [target, columns, drop].some((value) => value !== undefined);
  if (dataset === undefined) {
    if (!isTable) return undefined;
    const reader = registry.list('datasets').find(({ value }) => value.reads === 'table')?.name ?? 'NAME';
    throw new UsageError(
      '--target, --columns and --drop need a table as the data set.',
      `Add --dataset ${reader}, or leave them out.`,
    );
  }
  const known = registry.list('datasets').some(({ name }) => name === dataset);
  if (!known && /[/\\.]/.test(dataset)) {
    throw new UsageError(
      `--dataset takes the name of a data set, and got the path ${dataset}.`,
      `For your own data: --dataset NAME --data ${dataset}, with ${ownSources(registry).join(', ')} for NAME. bbb data inspect ${dataset} says which.`,
    );
  }
  return registry.get('datasets', dataset).preset;
}

/** Builds a configuration from the typed flags and from the flags that the size of the data suggests, and reports the latter. */
export async function builtBySize<Flags extends ConfigFlags & { readonly quiet?: boolean }>(
  build: (flags: Flags) => Json,
  flags: Flags,
  registry: Registry,
): Promise<Json> {
  const sized = await flagsBySize(flags, build(flags), registry);
  reportSized(flags, sized);
  const config = build({ ...flags, ...sized });
  const isSaid = flags.testFraction !== undefined || flags.set?.some(({ path }) => path === 'testFraction');
  if (isSaid || sized.testFraction !== undefined) return config;
  // Presets hold test examples out of sets that have none, but this set has some.
  const { testFraction: _, ...rest } = config;
  return rest;
}
