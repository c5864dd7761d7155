import { createFeed, type Feed } from './feed.js';
import { createLook } from './look.js';
import type { Snapshot } from './protocol.js';
import { createReport } from './report/report.js';

/** Everything that the server shows of one sweep. */
export interface Site {
  readonly dir: string;
  readonly feed: Feed;
  look(): Promise<Snapshot>;
  report(): Promise<string>;
  /** Stops the work that is running. */
  close(): Promise<void>;
}

/** @param everyMs milliseconds between two looks at the folder while a page is open */
export function createSite(dir: string, everyMs: number): Site {
  const look = createLook(dir);
  const report = createReport(dir);
  return {
    dir,
    feed: createFeed(look, everyMs),
    look,
    report: () => report.html(),
    close: () => report.close(),
  };
}
