import {
  BbbError,
  cutText,
  safeParse,
  toErrorRecord,
  type EpochMetrics,
  type TrialEnd,
  type TrialMessage,
} from '@bbb/core';
import { z } from 'zod';
import { errorRecordSchema } from '../store/error-record.js';
import { epochMetricsSchema } from '../store/epochs.js';

/*
 * Messages of worker threads, processes and other machines are parsed before use: a plugin there may send anything. No path is made
 * from them, and every number and text in them has an upper limit.
 */

/** The longest result.json, characters. */
const LONGEST_RESULT = 2 ** 28;
/** Most epochs that a message may have. */
const MOST_EPOCHS = 1_000_000;
const LONGEST_CODE = 100;
const MOST_THREADS = 256;

/** A text that is cut when it is too long, rather than refused. */
const cut = (most?: number) => z.string().transform((text) => cutText(text, most));

/** Checks a value and returns it unchanged: the order of its members is part of the bytes of a result. */
function unchanged<T>(schema: z.ZodType) {
  return z.unknown().transform((value, context): T => {
    for (const { path, message } of safeParse(schema, value).error?.issues ?? []) {
      context.addIssue({ code: 'custom', path: [...path], message });
    }
    return value as T;
  });
}

/** Epochs 1, 2, ... without a gap. */
const inOrder = z
  .array(epochMetricsSchema)
  .max(MOST_EPOCHS)
  .refine((epochs) => epochs.every(({ epoch }, i) => epoch === i + 1), {
    error: 'epochs 1, 2, ... in order',
  });

/** All epochs of a trial so far. */
export const epochsSchema = unchanged<readonly EpochMetrics[]>(inOrder);

const trialMessages = [
  z.object({ type: z.literal('started'), resumedEpochs: epochsSchema }),
  z.object({
    type: z.literal('progress'),
    progress: z.object({
      phase: z.enum(['train', 'evaluate']),
      epoch: z.int().min(0).max(MOST_EPOCHS),
      epochs: z.int().min(0).max(MOST_EPOCHS),
      share: z.number(),
      trainNll: z.number(),
      threads: z.int().min(1).max(MOST_THREADS).exactOptional(),
    }),
  }),
  z.object({ type: z.literal('epoch'), metrics: unchanged<EpochMetrics>(epochMetricsSchema) }),
  z.object({
    type: z.literal('warning'),
    message: cut(),
    code: cut(LONGEST_CODE).exactOptional(),
  }),
] as const;

export const trialMessageSchema: z.ZodType<TrialMessage> = z.discriminatedUnion('type', trialMessages);

/** The ends other than `done`, which every kind of worker reports alike. */
export const interruptedEnds = [
  z.object({ type: z.literal('stopped'), epoch: z.int().min(0).max(MOST_EPOCHS) }),
  z.object({ type: z.literal('killed') }),
  z.object({
    type: z.literal('failed'),
    kind: z.enum(['diverged', 'error', 'crash', 'trap', 'timeout']),
    error: errorRecordSchema,
  }),
] as const;

const trialEndSchema = z.discriminatedUnion('type', [
  ...interruptedEnds,
  z.object({ type: z.literal('done'), text: z.string().max(LONGEST_RESULT) }),
  z.object({ type: z.literal('fatal'), error: errorRecordSchema }),
]);

/** Messages of a local worker; only threads send `retire`. */
const heardSchema = z.discriminatedUnion('type', [
  ...trialMessages,
  z.object({ type: z.literal('end'), end: trialEndSchema, retire: z.boolean().default(false) }),
]);

export type Heard = TrialMessage | { readonly type: 'end'; readonly end: TrialEnd; readonly retire: boolean };

/**
 * Parses a message of a local worker.
 * @param epochs how many the trial has
 * @returns the message; for an invalid one, the failure of the attempt. Its worker must not be used again.
 */
export function hear(said: unknown, epochs: number): Heard {
  try {
    const heard: Heard = heardSchema.parse(said);
    checkEpochs(heard.type === 'end' ? heard.end : heard, epochs);
    return heard;
  } catch (cause) {
    const error = toErrorRecord(senseless('A worker', cause));
    return { type: 'end', retire: true, end: { type: 'failed', kind: 'error', error } };
  }
}

/** @throws BbbError `E_MESSAGE` for one that the trial does not have */
export function checkEpochs(said: TrialMessage | TrialEnd, epochs: number): void {
  const last = lastEpochOf(said);
  if (last <= epochs) return;
  throw new BbbError('E_MESSAGE', `it names epoch ${last} of a trial that has ${epochs} epochs`);
}

function lastEpochOf(said: TrialMessage | TrialEnd): number {
  switch (said.type) {
    case 'started':
      return said.resumedEpochs.length;
    case 'epoch':
      return said.metrics.epoch;
    case 'stopped':
      return said.epoch;
    default:
      return 0;
  }
}

/** The longest description of an invalid message, characters. */
const LONGEST_ACCOUNT = 1000;

/** The failure of an attempt whose worker or host sent an invalid message. */
export function senseless(who: string, cause: unknown): BbbError {
  const account = cause instanceof z.ZodError ? z.prettifyError(cause) : (cause as Error).message;
  const words = account.slice(0, LONGEST_ACCOUNT);
  return new BbbError('E_MESSAGE', `${who} sent a message that does not fit: ${words}`, {
    hint: 'Run the same version of bbb on all machines, and check that no plugin sends messages of its own.',
    cause,
  });
}
