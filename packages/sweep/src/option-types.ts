import type { z } from 'zod';
import type { localOptions } from './executor/local-options.js';
import type { ndjsonOptions } from './reporter/ndjson.js';
import type { sqliteOptions } from './store/index/sqlite.js';

/** The options of this package's plugins, by kind and name, for the types of a configuration file. Options that have a default may be left out. */
export interface SweepPluginOptions {
  readonly executors: {
    readonly threads: z.input<typeof localOptions>;
    readonly processes: z.input<typeof localOptions>;
  };
  readonly stores: { readonly sqlite: z.input<typeof sqliteOptions> };
  readonly reporters: { readonly ndjson: z.input<typeof ndjsonOptions> };
}
