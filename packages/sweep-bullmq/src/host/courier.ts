import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { epochCheckpoint, storing, TRIAL_FILES } from '@bbb/sweep/host';
import type { Parcel, StoredProgress } from '../protocol.js';
import { persistently, type Delivery } from '../transfer/delivery.js';

/** Carries the files of one trial between this host and the coordinator. */
export interface Courier {
  /** Copies the files that the trial goes on from into its folder. */
  fetch(): Promise<void>;
  /** Hands over the checkpoint of an epoch, and the metrics up to it. */
  checkpoint(epoch: number): Promise<StoredProgress>;
  /** Hands over the result and the checkpoint of a trial that is done. */
  result(text: string): Promise<{ readonly checkpoint: Parcel; readonly result: Parcel }>;
}

export interface Cargo {
  /** Id of the trial. */
  readonly id: string;
  /** Where the trial keeps its files on this host. */
  readonly folder: string;
  /** Aborted when the trial was given to another host. */
  readonly given: AbortSignal;
  /** Whether this host is about to leave. It then does not wait long for the coordinator. */
  readonly isLeaving: () => boolean;
}

/** Marks an error of this host's disk as a store error: the host then leaves, and the trial is not blamed. */
export const ours = <T>(work: () => Promise<T>): Promise<T> =>
  storing('keep what a trial writes on this host', work);

export function courierOf(host: { delivery(): Delivery }, { id, folder, given, isLeaving }: Cargo): Courier {
  const deliver = <T>(run: (delivery: Delivery) => Promise<T>): Promise<T> =>
    persistently(() => host.delivery(), run, given, isLeaving);
  const send = (bytes: Uint8Array): Promise<Parcel> => deliver((to) => to.send(id, bytes, given));
  return {
    fetch: () => deliver((from) => from.fetch(id, folder, given)),
    async checkpoint(epoch) {
      const bytes = await readFile(join(folder, epochCheckpoint(epoch)));
      const lines = (await readFile(join(folder, TRIAL_FILES.metrics), 'utf8')).trimEnd().split('\n');
      const checkpoint = await send(bytes);
      const metrics = await send(Buffer.from(`${lines.slice(0, epoch).join('\n')}\n`));
      return { epoch, checkpoint, metrics };
    },
    async result(text) {
      const bytes = await ours(() => readFile(join(folder, TRIAL_FILES.checkpoint)));
      const checkpoint = await send(bytes);
      return { checkpoint, result: await send(Buffer.from(text)) };
    },
  };
}
