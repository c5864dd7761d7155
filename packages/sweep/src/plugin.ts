/**
 * The plugin with the executors, stores and reporters that ship. Import `@bbb/sweep/plugin` where a program makes a registry for sweeps.
 *
 * @packageDocumentation
 */
import { definePlugin } from '@bbb/core';
import { processes } from './executor/processes.js';
import { threads } from './executor/threads.js';
import { ndjson } from './reporter/ndjson.js';
import { sqlite } from './store/index/sqlite.js';

/** The default executors, store and reporter, as an ordinary plugin. */
export default definePlugin({
  name: '@bbb/sweep',
  executors: { threads, processes },
  stores: { sqlite },
  reporters: { ndjson },
});
