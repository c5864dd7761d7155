import { createRequire } from 'node:module';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

/** Read here so that `bbb --version` need not load everything. */
export const VERSION = version;
