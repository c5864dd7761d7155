import { createRequire } from 'node:module';

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };

/** The version of bbb, recorded in every result. */
export const VERSION = version;
