import type { DataOptions, PlannedTrial } from '@bbb/core';
import { interruptedEnds, trialMessageSchema } from '@bbb/sweep/host';
import { z } from 'zod';
import { LARGEST_FILE } from './transfer/limits.js';

/*
 * What goes through the server. Whoever may use the server can write anything there: both sides parse every message by these
 * schemas before they use it, and neither makes a path of what the other said but for the names that are checked here.
 */

/** The queue in which coordinators announce their sweeps. Nobody works it off: it is a notice board. */
export const BOARD = 'bbb-sweeps';

/** A job's id. BullMQ refuses whole numbers, and a trial's id may look like one. */
export const jobIdOf = (trial: string): string => `trial-${trial}`;

/** The most threads that a host has, seconds between checkpoints, text of a planned trial. */
const MOST_THREADS = 100_000;
const MOST_SECONDS = 1e9;
const LONGEST_TRIAL = 2 ** 20;
const LONGEST_REASON = 8000;

/** A name that people read: of a host. */
const nameSchema = z.string().regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]{1,255}$/u);
/** What tells one run of something from another. */
const tokenSchema = z.string().min(1).max(100);

/** How a file that was handed over is known: the name it has in its trial's inbox, and what must be in it. */
export const parcelSchema = z.object({
  id: z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
  bytes: z.int().min(0).max(LARGEST_FILE),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type Parcel = z.output<typeof parcelSchema>;

/** What every version of bbb understands of an announcement; the rest is for hosts of the same version. */
export const headSchema = z.looseObject({
  queue: z
    .string()
    .max(200)
    .regex(/^[\w-]+$/),
  /** Of this run of the coordinator. */
  session: tokenSchema,
  bbb: nameSchema,
  nodeMajor: z.int(),
  /** The sweep's folder; a host that finds the file `nonce` in its inbox shares it. */
  dir: z.string().max(4096),
});
export type AnnouncementHead = z.output<typeof headSchema>;

/** An address and nothing more: no path, no password. */
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
  /** SHA-256 of the entry file of every plugin that does not ship with bbb. */
  plugins: z.array(z.object({ name: z.string(), sha256: z.string() })),
  data: z.object({
    options: z.custom<DataOptions>((value) => typeof value === 'object' && value !== null),
    /** Of its files, by name, with a second data set's after it. */
    sha256: z.array(z.record(z.string(), z.string())),
  }),
  nonce: z.string().regex(/^nonce-[0-9a-f-]{36}$/),
  /** Where files can be uploaded, if anywhere. */
  upload: z.object({ url: uploadUrlSchema, token: tokenSchema }).exactOptional(),
});
export type Announcement = z.output<typeof announcementSchema>;

/** The data of a job: one trial. */
export const jobDataSchema = z.object({
  /** As text: PostgreSQL's JSON forgets the order of keys, which is part of the bytes of a result. */
  planned: z.string().max(LONGEST_TRIAL),
  checkpointSeconds: z.number().min(0).max(MOST_SECONDS),
  /** Asks the host that has it to end it. */
  ask: z.enum(['stop', 'kill']).exactOptional(),
});
export type JobData = Readonly<z.output<typeof jobDataSchema>>;

/** What `planned` holds; whether the trial is the one that its id names is for the host to check. */
export const plannedSchema = z.object({
  id: z.string().regex(/^[0-9a-f]{16}$/),
  label: z.string(),
  variant: z.string(),
  configuration: z.string(),
  seed: z.int(),
  trial: z.custom<PlannedTrial['trial']>((value) => typeof value === 'object' && value !== null),
});

/** An epoch's checkpoint, and the metrics of all epochs up to it, that have arrived in the inbox. */
const storedSchema = z.object({
  epoch: z.int().min(1),
  checkpoint: parcelSchema,
  metrics: parcelSchema,
});
export type StoredProgress = Readonly<z.output<typeof storedSchema>>;

/** What a host says of a trial under way. `lease` tells one run of the trial from another. */
export const hostMessageSchema = z.object({
  lease: tokenSchema,
  host: nameSchema,
  message: trialMessageSchema.exactOptional(),
  stored: storedSchema.exactOptional(),
});
export type HostMessage = Readonly<z.output<typeof hostMessageSchema>>;

/** The return value of a job: how the trial ended; its files are in the inbox. */
export const jobEndSchema = z.object({
  host: nameSchema,
  end: z.discriminatedUnion('type', [...interruptedEnds, z.object({ type: z.literal('done') })]),
  /** Of `done`: result.json and checkpoint.safetensors. */
  result: parcelSchema.exactOptional(),
  checkpoint: parcelSchema.exactOptional(),
  /** Of `stopped`. */
  stored: storedSchema.exactOptional(),
});
export type JobEnd = Readonly<z.output<typeof jobEndSchema>>;

/** What a host says about itself on the notice board. */
export const hostNoteSchema = z.object({
  host: nameSchema,
  threads: z.int().min(0).max(MOST_THREADS),
  /** Why it can't take part. */
  refused: z.string().max(LONGEST_REASON).exactOptional(),
  session: tokenSchema,
});
export type HostNote = z.output<typeof hostNoteSchema>;
