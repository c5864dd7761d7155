import { stat } from 'node:fs/promises';
import {
  BbbError,
  clause,
  canonicalJson,
  metricSpecSchema,
  safeParse,
  trialId,
  trialSchema,
  VERSION,
  writeFileAtomic,
  type MetricSpec,
  type PlannedTrial,
} from '@bbb/core';
import { z } from 'zod';
import type { Plan } from '../plan/plan.js';
import type { Proposal } from '../search/searcher.js';
import type { DataIdentity, DataSummaries } from './data-identity.js';
import { storing } from './errors.js';
import { isMissing, readText } from './files.js';
import { sweepFile } from './names.js';
import { misfits } from './misfits.js';
import { seal, unseal } from './sealed.js';

/** The content of sweep.json, written when the sweep is started or extended. */
export interface SweepRecord {
  readonly format: 'bbb-sweep/1';
  readonly config: Readonly<Record<string, unknown>>;
  readonly trials: readonly PlannedTrial[];
  /** Only for a search that learns while it runs: `trials` are the trials of these proposals, in their order. */
  readonly search?: SearchRecord;
  /** The data of all its results. */
  readonly data?: DataIdentity | undefined;
  /** Summaries of these data sets, by the same keys. */
  readonly sets?: DataSummaries | undefined;
  /** The metric that all its results are judged by. Absent in folders of earlier versions, which means accuracy. */
  readonly headline?: MetricSpec | undefined;
  /** The versions of bbb and Node that started the sweep. */
  readonly versions: { readonly bbb: string; readonly node: string };
}

/** The score of a configuration: the mean loss over its seeds, null where one failed, and the standard error of the mean. */
export interface Completed {
  readonly configuration: string;
  readonly loss: number | null;
  readonly standardError?: number | undefined;
}

/** All proposals of a search, and the scores that its last proposal was based on. */
export interface SearchRecord {
  readonly proposals: readonly Proposal[];
  /** Configurations in the order in which they ended. */
  readonly completed: readonly Completed[];
}

/** The members of a configuration that status, report and page read. */
const configSchema = z.looseObject({
  seeds: z.array(z.int().min(0)),
  search: z
    .looseObject({
      trials: z.int().min(1).optional(),
      scheduler: z.looseObject({ use: z.string() }).optional(),
      space: z.record(z.string(), z.looseObject({ kind: z.string() })).optional(),
    })
    .optional(),
});

const partSchema = z.looseObject({
  examples: z.int(),
  byClass: z.array(z.int()).optional(),
  targets: z.tuple([z.number(), z.number()]).optional(),
  features: z.tuple([z.number(), z.number()]).optional(),
  repeated: z.int().optional(),
  inTraining: z.int().optional(),
});

const summarySchema = z.looseObject({
  name: z.string(),
  inputShape: z.array(z.int()),
  target: z.looseObject({ kind: z.enum(['class', 'real']) }),
  train: partSchema,
  test: partSchema,
});

const recordSchema = z.looseObject({
  format: z.literal('bbb-sweep/1'),
  config: configSchema,
  trials: z.array(
    z.looseObject({
      id: z.string().regex(/^[0-9a-f]{16}$/),
      label: z.string(),
      variant: z.string(),
      configuration: z.string(),
      seed: z.int(),
      trial: trialSchema,
    }),
  ),
  search: z
    .looseObject({
      proposals: z.array(
        z.looseObject({
          index: z.int(),
          point: z.record(z.string(), z.number()),
          configuration: z.string(),
        }),
      ),
      completed: z.array(
        z.looseObject({
          configuration: z.string(),
          loss: z.number().nullable(),
          standardError: z.number().nonnegative().optional(),
        }),
      ),
    })
    .optional(),
  data: z.record(z.string(), z.record(z.string(), z.string())).optional(),
  sets: z.record(z.string(), summarySchema).optional(),
  headline: metricSpecSchema.optional(),
  versions: z.looseObject({ bbb: z.string(), node: z.string() }),
});

export function recordOf(plan: Plan): SweepRecord {
  return {
    format: 'bbb-sweep/1',
    config: plan.config,
    trials: plan.trials,
    ...(plan.search ? { search: { proposals: [], completed: [] } } : {}),
    versions: { bbb: VERSION, node: process.version },
  };
}

/** @throws BbbError `E_DISK_FULL`, `E_STORE_IO` */
export async function writeSweepRecord(dir: string, record: SweepRecord): Promise<void> {
  const text = seal('sweep', JSON.stringify(record));
  await storing('store the configuration', () => writeFileAtomic(sweepFile(dir), text));
}

/**
 * The record that was read last. A page that watches a sweep of thousands of trials reads it every second. Each write makes a new file,
 * so the identity of the file shows whether it has changed.
 */
let last: { readonly path: string; readonly version: string; readonly record: SweepRecord } | undefined;

async function versionOf(path: string): Promise<string | undefined> {
  try {
    const { ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return [ino, size, mtimeNs, ctimeNs].join(' ');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/**
 * The record of a folder; undefined when it has none.
 * @throws BbbError `E_STORE_DAMAGED`; `E_STORE_IO`
 */
export async function readSweepRecord(dir: string): Promise<SweepRecord | undefined> {
  const path = sweepFile(dir);
  const version = await storing('read sweep.json', () => versionOf(path));
  if (last?.path === path && version !== undefined && last.version === version) return last.record;
  const text = await storing('read sweep.json', () => readText(path));
  if (text === undefined) return undefined;
  try {
    const record = parseSweepRecord(text);
    last = version === undefined ? undefined : { path, version, record };
    return record;
  } catch (error) {
    if (!(error instanceof BbbError)) throw error;
    throw new BbbError('E_STORE_DAMAGED', `${sweepFile(dir)} is damaged: ${clause(error.message)}.`, {
      hint: 'Run the command that started the sweep again, with the same configuration: finished trials are kept.',
      cause: error,
    });
  }
}

/** The data of the sweep in a folder; undefined where its record is missing, damaged or does not name them. */
export async function readDataIdentity(dir: string): Promise<DataIdentity | undefined> {
  try {
    return (await readSweepRecord(dir))?.data;
  } catch {
    return undefined;
  }
}

/** @throws BbbError `E_STORE_DAMAGED` saying what is wrong */
export function parseSweepRecord(text: string): SweepRecord {
  const parsed = safeParse(recordSchema, unseal('sweep', text));
  if (!parsed.success)
    throw new BbbError('E_STORE_DAMAGED', `it is not the record of a sweep: ${misfits(parsed.error)}`);
  const record = parsed.data as unknown as SweepRecord;
  for (const { id, trial } of record.trials) {
    if (trialId(trial) !== id)
      throw new BbbError('E_STORE_DAMAGED', `the trial stored as ${id} has another id`);
  }
  return record;
}

/** Whether two records describe the same sweep: the same trials in the same order with the same names. */
export function sameSweep(a: SweepRecord, b: SweepRecord): boolean {
  const names = ({ trials, config }: SweepRecord): string =>
    canonicalJson([trials.map(({ id, label, variant }) => [id, label, variant]), config]);
  return names(a) === names(b);
}
