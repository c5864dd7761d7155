import type { Queue, QueueEvents } from 'bullmq';
import type { Backend } from '../backend/backend.js';
import { inTime } from '../in-time.js';
import { BOARD, type Announcement, type JobData, type JobEnd } from '../protocol.js';
import type { RemoteTrial } from './execution.js';
import type { TrialQueue } from './remote-job.js';

/** Everything that a coordinator holds open at the server. */
export interface Connections {
  /** The trials of the sweep. */
  readonly queue: TrialQueue;
  /** The notice board of all sweeps. */
  readonly board: Queue<Announcement, unknown>;
  /** Events of the trials. */
  readonly events: QueueEvents;
  /** Closes all of them; each step may take {@link GOODBYE_MS}. */
  close(): Promise<void>;
}

/** How long the server may take to answer at the end, milliseconds. */
export const GOODBYE_MS = 5000;

/** @param lost called when the connection to the server is lost; commands wait until it is back */
export function openConnections(backend: Backend, name: string, lost: () => void): Connections {
  const connection = backend.connect();
  const queue: TrialQueue = connection.queue<JobData, JobEnd>(name, {
    defaultJobOptions: {
      // The sweep itself repeats failed trials. These attempts are for hosts that break.
      attempts: 3,
      backoff: { type: 'fixed', delay: 1000 },
      // Adding a job again does nothing as long as it exists.
      removeOnComplete: false,
      removeOnFail: false,
    },
  });
  const board = connection.queue<Announcement, unknown>(BOARD);
  const events = connection.events(name);
  queue.on('error', lost);
  board.on('error', lost);
  events.on('error', lost);
  return {
    queue,
    board,
    events,
    async close() {
      const all = [events, queue, board];
      await inTime(Promise.all(all.map((each) => each.close())), GOODBYE_MS);
      await inTime(Promise.all(all.map((each) => each.disconnect())), GOODBYE_MS);
      await inTime(connection.close(), GOODBYE_MS);
    },
  };
}

/** Passes the server's events on to the trials that they are about. */
export function passEvents(
  events: QueueEvents,
  trials: ReadonlyMap<string, RemoteTrial>,
  progressed: () => void,
): void {
  events.on('progress', ({ jobId, data }) => {
    trials.get(jobId)?.onProgress(data);
    progressed();
  });
  for (const event of ['completed', 'failed'] as const) {
    events.on(event, ({ jobId }: { jobId: string }) => void trials.get(jobId)?.ended());
  }
}
