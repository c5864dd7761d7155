import type { DataOptions, PlannedTrial } from '@bbb/core';
import { interruptedEnds, trialMessageSchema } from '@bbb/sweep/host';
import { z } from 'zod';
import { LARGEST_FILE } from './transfer/limits.js';

/*
 * The messages that go through the server. Anybody who can use the server can write anything there, so both sides parse every message
 * with these schemas first, and use only names that were checked here in paths.
 */

/** The queue in which coordinators announce their sweeps. Its jobs are never run: it serves as a notice board. */
export const BOARD = 'bbb-sweeps';

/** A job's id. BullMQ refuses whole numbers, and a trial's id may look like one. */
export const jobIdOf = (trial: string): string => `trial-${trial}`;

/** Upper limits: threads of a host, seconds between checkpoints, characters of a planned trial. */
const MOST_THREADS = 100_000;
const MOST_SECONDS = 1e9;
const LONGEST_TRIAL = 2 ** 20;
const LONGEST_REASON = 8000;

/** The name of a host, shown to people. */
const nameSchema = z.string().regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]{1,255}$/u);
/** A token that identifies one run of a coordinator or trial. */
const tokenSchema = z.string().min(1).max(100);

/** A file in a trial's inbox: its name, its length and its hash. */
export const parcelSchema = z.object({
  id: z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
  bytes: z.int().min(0).max(LARGEST_FILE),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type Parcel = z.output<typeof parcelSchema>;

/** The part of an announcement that every version of bbb understands; the rest is for hosts of the same version. */
export const headSchema = z.looseObject({
  queue: z
    .string()
    .max(200)
    .regex(/^[\w-]+$/),
  /** Identifies this run of the coordinator. */
  session: tokenSchema,
  bbb: nameSchema,
  nodeMajor: z.int(),
  /** The sweep's folder; a host that finds the file `nonce` in its inbox shares it. */
  dir: z.string().max(4096),
});
export type AnnouncementHead = z.output<typeof headSchema>;

/** An address without path and password. */
const uploadUrlSchema = z
  .url({ protocol: /^https?$/ })
  .max(300)
  .refine((url) => url.replace(/\/$/, '') === new URL(url).origin, { error: 'only http://host:port' });

/** What a host must know, and have, to take part in a sweep. */
export const announcementSchema = z.object({
  ...headSchema.shape,
  methods: z.array(z.string()),
  pruners: z.array(z.string()),
  networks: z.array(z.string()),
  likelihoods: z.array(z.string()),
  procedures: z.array(z.string()),
  /** SHA-256 of the entry file of every plugin that does not ship with bbb. */
  plugins: z.array(z.object({ name: z.string(), sha256: z.string() })),
  data: z.object({
    options: z.custom<DataOptions>((value) => typeof value === 'object' && value !== null),
    /** SHA-256 of the files by name: of the data set, then of a second data set. */
    sha256: z.array(z.record(z.string(), z.string())),
  }),
  nonce: z.string().regex(/^nonce-[0-9a-f-]{36}$/),
  /** The address for uploads, if there is one. */
  upload: z.object({ url: uploadUrlSchema, token: tokenSchema }).exactOptional(),
});
export type Announcement = z.output<typeof announcementSchema>;

/** The data of a job: one trial. */
export const jobDataSchema = z.object({
  /** As text, because PostgreSQL's JSON does not keep the order of keys, which is part of the bytes of a result. */
  planned: z.string().max(LONGEST_TRIAL),
  checkpointSeconds: z.number().min(0).max(MOST_SECONDS),
  /** Asks the host that runs the trial to end it. */
  ask: z.enum(['stop', 'kill']).exactOptional(),
});
export type JobData = Readonly<z.output<typeof jobDataSchema>>;

/** The content of `planned`. The host checks that the trial fits its id. */
export const plannedSchema = z.object({
  id: z.string().regex(/^[0-9a-f]{16}$/),
  label: z.string(),
  variant: z.string(),
  configuration: z.string(),
  seed: z.int(),
  trial: z.custom<PlannedTrial['trial']>((value) => typeof value === 'object' && value !== null),
});

/** Files in the inbox: the checkpoint of an epoch, and the metrics of all epochs up to it. */
const storedSchema = z.object({
  epoch: z.int().min(1),
  checkpoint: parcelSchema,
  metrics: parcelSchema,
});
export type StoredProgress = Readonly<z.output<typeof storedSchema>>;

/** A message of a host about a running trial. `lease` identifies this run of the trial. */
export const hostMessageSchema = z.object({
  lease: tokenSchema,
  host: nameSchema,
  message: trialMessageSchema.exactOptional(),
  stored: storedSchema.exactOptional(),
});
export type HostMessage = Readonly<z.output<typeof hostMessageSchema>>;

/** The return value of a job: how the trial ended. Its files are in the inbox. */
export const jobEndSchema = z.object({
  host: nameSchema,
  end: z.discriminatedUnion('type', [...interruptedEnds, z.object({ type: z.literal('done') })]),
  /** After `done`: result.json, beside `checkpoint`. */
  result: parcelSchema.exactOptional(),
  checkpoint: parcelSchema.exactOptional(),
  /** After `stopped`: the last checkpoint. */
  stored: storedSchema.exactOptional(),
});
export type JobEnd = Readonly<z.output<typeof jobEndSchema>>;

/** A note of a host on the notice board. */
export const hostNoteSchema = z.object({
  host: nameSchema,
  threads: z.int().min(0).max(MOST_THREADS),
  /** Why it can't take part. */
  refused: z.string().max(LONGEST_REASON).exactOptional(),
  session: tokenSchema,
});
export type HostNote = z.output<typeof hostNoteSchema>;
