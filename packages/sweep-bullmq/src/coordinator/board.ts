import type { Queue } from 'bullmq';
import { hostNoteSchema, type Announcement, type HostNote } from '../protocol.js';
import { parseLine } from './parse-line.js';

/** The coordinator's place on the notice board. */
export interface Notice {
  /** What hosts have said since the last look. */
  news(): Promise<HostNote[]>;
  /** Puts it up again where the server has lost it: hosts would think that the sweep is over. */
  renew(): Promise<void>;
  remove(): Promise<void>;
}

/** Announces a sweep, in place of what an earlier run of it left. */
export async function announce(board: Queue, announcement: Announcement): Promise<Notice> {
  const jobId = `sweep-${announcement.queue}`;
  await board.remove(jobId);
  const add = () => board.add('sweep', announcement, { jobId });
  await add();
  let seen = 0;
  let removed = false;
  return {
    async renew() {
      if ((await board.getJob(jobId)) || removed) return;
      seen = 0;
      await add();
    },
    async news() {
      const { logs } = await board.getJobLogs(jobId, seen, -1);
      seen += logs.length;
      return logs.flatMap((line) => {
        const parsed = hostNoteSchema.safeParse(parseLine(line));
        return parsed.success && parsed.data.session === announcement.session ? [parsed.data] : [];
      });
    },
    async remove() {
      removed = true;
      await board.remove(jobId);
    },
  };
}
