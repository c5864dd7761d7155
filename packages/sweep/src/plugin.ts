import { definePlugin } from '@bbb/core';
import { processes } from './executor/processes.js';
import { threads } from './executor/threads.js';
import { ndjson } from './reporter/ndjson.js';
import { sqlite } from './store/index/sqlite.js';

/** What a sweep is run with unless it is told otherwise. It comes through the same door as anybody's plugin. */
export default definePlugin({
  name: '@bbb/sweep',
  executors: { threads, processes },
  stores: { sqlite },
  reporters: { ndjson },
});
