import { hostname } from 'node:os';
import { join } from 'node:path';
import { VERSION, safeParse, type ErrorRecord, type FailedTrial, type FailureKind } from '@bbb/core';
import { z } from 'zod';
import { errorRecordSchema } from './error-record.js';
import { append } from './files.js';
import { cutTorn, readJsonLines } from './json-lines.js';
import { TRIAL_FILES } from './names.js';

/** How an attempt at a trial ended. An attempt without an end died with its process. */
export type AttemptEnd =
  | { readonly outcome: 'done' | 'stopped' | 'killed' }
  /** A scheduler ended the trial after `epoch`. */
  | { readonly outcome: 'stopped-early'; readonly epoch: number }
  | {
      readonly outcome: 'failed';
      readonly kind: FailureKind;
      readonly error: ErrorRecord;
      readonly final: boolean;
    };

const lineSchema = z.discriminatedUnion('event', [
  z.looseObject({ event: z.literal('start'), attempt: z.int() }),
  z.looseObject({
    event: z.literal('end'),
    attempt: z.int(),
    at: z.iso.datetime().optional().catch(undefined),
    outcome: z.string(),
    seconds: z.number().optional(),
    kind: z.enum(['diverged', 'error', 'crash', 'trap', 'timeout']).optional(),
    error: errorRecordSchema.optional(),
    final: z.boolean().optional(),
    epoch: z.int().optional(),
  }),
]);

export interface Attempts {
  /** How often the trial was started. */
  readonly started: number;
  /** The final failure, if the last attempt ended with one. */
  readonly failed: FailedTrial | undefined;
  /** The epoch after which a scheduler ended the trial. */
  readonly stoppedAt: number | undefined;
  /** Seconds over all attempts that ended; undefined when none did. */
  readonly seconds: number | undefined;
}

/** Reads `attempts.jsonl`. With `mend`, it cuts off half a line that a dead process left. */
export async function readAttempts(folder: string, id: string, mend: boolean): Promise<Attempts> {
  const path = join(folder, TRIAL_FILES.attempts);
  const lines = await readJsonLines(path);
  if (mend) await cutTorn(path, lines);
  const entries = lines.values.flatMap((value) => {
    const parsed = safeParse(lineSchema, value);
    return parsed.success ? [parsed.data] : [];
  });
  const started = entries.reduce((most, { attempt }) => Math.max(most, attempt), 0);
  const last = entries.at(-1);
  const failed =
    last?.event === 'end' && last.final === true && last.kind !== undefined && last.error !== undefined
      ? { id, kind: last.kind, error: last.error, attempts: started }
      : undefined;
  const stoppedAt = last?.event === 'end' && last.outcome === 'stopped-early' ? last.epoch : undefined;
  const ends = entries.flatMap((entry) => (entry.event === 'end' ? [entry.seconds ?? 0] : []));
  const seconds = ends.length > 0 ? ends.reduce((sum, own) => sum + own, 0) : undefined;
  return { started, failed, stoppedAt, seconds };
}

/** Seconds that a finished trial took, over all attempts that contributed to it; undefined when that is not known. */
export async function readUsefulSeconds(folder: string): Promise<number | undefined> {
  const { values } = await readJsonLines(join(folder, TRIAL_FILES.attempts));
  const ends = values.flatMap((value) => {
    const parsed = safeParse(lineSchema, value);
    return parsed.success && parsed.data.event === 'end' ? [parsed.data] : [];
  });
  // Attempts that failed or were killed are left out: part of their work was done again.
  const useful = ends.filter(({ outcome }) => outcome === 'done' || outcome === 'stopped');
  if (useful.at(-1)?.outcome !== 'done') return undefined;
  return useful.reduce((sum, { seconds = 0 }) => sum + seconds, 0);
}

/** The time at which the last finished attempt ended, in ISO 8601. Undefined if none has ended, or its line has no time. */
export async function readLastEnd(folder: string): Promise<string | undefined> {
  const { values } = await readJsonLines(join(folder, TRIAL_FILES.attempts));
  return values
    .flatMap((value) => {
      const parsed = safeParse(lineSchema, value);
      return parsed.success && parsed.data.event === 'end' ? (parsed.data.at ?? []) : [];
    })
    .at(-1);
}

/** Records that an attempt begins, and which process runs it. */
export async function logStart(folder: string, attempt: number): Promise<void> {
  const line = {
    event: 'start',
    attempt,
    at: new Date().toISOString(),
    host: hostname(),
    pid: process.pid,
    bbb: VERSION,
    node: process.version,
  };
  await append(join(folder, TRIAL_FILES.attempts), `${JSON.stringify(line)}\n`, false);
}

/** Records how an attempt ended. The line is made durable only if there is no result, because a result file says the same. */
export async function logEnd(
  folder: string,
  attempt: number,
  seconds: number,
  end: AttemptEnd,
): Promise<void> {
  const line = { event: 'end', attempt, at: new Date().toISOString(), seconds, ...end };
  await append(
    join(folder, TRIAL_FILES.attempts),
    `${JSON.stringify(line)}\n`,
    'kind' in end || 'epoch' in end,
  );
}
