import type { DataOptions, TrialEnd, TrialMessage } from '@bbb/core';
import { z } from 'zod';

/** The queue in which coordinators announce their sweeps. Nobody works it off: it is a notice board. */
export const BOARD = 'bbb-sweeps';

/** A job's id. BullMQ refuses whole numbers, and a trial's id may look like one. */
export const jobIdOf = (trial: string): string => `trial-${trial}`;

/** How a file that was handed over is known: the name it has in the coordinator's inbox, and what must be in it. */
export const parcelSchema = z.object({
  id: z.string().regex(/^[0-9a-f-]{36}$/),
  bytes: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type Parcel = z.output<typeof parcelSchema>;

/** What every version of bbb understands of an announcement; the rest is for hosts of the same version. */
export const headSchema = z.looseObject({
  queue: z.string().regex(/^[\w-]+$/),
  /** Of this run of the coordinator. */
  session: z.string(),
  bbb: z.string(),
  nodeMajor: z.int(),
  /** The sweep's folder; a host that finds the file `nonce` in its inbox shares it. */
  dir: z.string(),
});
export type AnnouncementHead = z.output<typeof headSchema>;

/** What a host must know, and have, to take part in a sweep. */
export const announcementSchema = z.object({
  ...headSchema.shape,
  methods: z.array(z.string()),
  pruners: z.array(z.string()),
  /** SHA-256 of the entry file of every plugin that does not ship with bbb. */
  plugins: z.array(z.object({ name: z.string(), sha256: z.string() })),
  data: z.object({
    options: z.custom<DataOptions>((value) => typeof value === 'object' && value !== null),
    /** Of its files, by name, with a second data set's after it. */
    sha256: z.array(z.record(z.string(), z.string())),
  }),
  nonce: z.string().regex(/^nonce-[0-9a-f-]{36}$/),
  /** Where files can be uploaded, if anywhere. */
  upload: z.object({ url: z.url({ protocol: /^https?$/ }), token: z.string() }).optional(),
});
export type Announcement = z.output<typeof announcementSchema>;

/** The data of a job: one trial. */
export interface JobData {
  /** As text: PostgreSQL's JSON forgets the order of keys, which is part of the bytes of a result. */
  readonly planned: string;
  readonly checkpointSeconds: number;
  /** Asks the host that has it to end it. */
  readonly ask?: 'stop' | 'kill';
}

/** An epoch's checkpoint, and the metrics of all epochs up to it, that have arrived in the inbox. */
export interface StoredProgress {
  readonly epoch: number;
  readonly checkpoint: Parcel;
  readonly metrics: Parcel;
}

/** What a host says of a trial under way. `lease` tells one run of the trial from another. */
export interface HostMessage {
  readonly lease: string;
  readonly host: string;
  readonly message?: TrialMessage;
  readonly stored?: StoredProgress;
}

/** The return value of a job: how the trial ended; its files are in the inbox. */
export interface JobEnd {
  readonly host: string;
  readonly end: Exclude<TrialEnd, { type: 'done' | 'fatal' }> | { readonly type: 'done' };
  /** Of `done`: result.json and checkpoint.safetensors. */
  readonly result?: Parcel;
  readonly checkpoint?: Parcel;
  /** Of `stopped`. */
  readonly stored?: StoredProgress;
}

/** What a host says about itself on the notice board. */
export const hostNoteSchema = z.object({
  host: z.string(),
  threads: z.int(),
  /** Why it can't take part. */
  refused: z.string().optional(),
  session: z.string(),
});
export type HostNote = z.output<typeof hostNoteSchema>;
