import { safeParse } from '@bbb/core';
import type { Queue } from 'bullmq';
import { hostNoteSchema, type Announcement, type HostNote } from '../protocol.js';
import { parseLine } from './parse-line.js';

/** The announcement of a sweep on the notice board. */
export interface Notice {
  /** Notes of hosts since the last call. */
  news(): Promise<HostNote[]>;
  /** Announces the sweep again if the server has lost it: hosts would think that it is over. */
  renew(): Promise<void>;
  remove(): Promise<void>;
}

/** Announces a sweep and replaces the announcement of an earlier run. */
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
        const parsed = safeParse(hostNoteSchema, parseLine(line));
        return parsed.success && parsed.data.session === announcement.session ? [parsed.data] : [];
      });
    },
    async remove() {
      removed = true;
      await board.remove(jobId);
    },
  };
}
