import { createRequire } from 'node:module';

const { version, peerDependenciesMeta } = createRequire(import.meta.url)('../../package.json') as {
  version: string;
  peerDependenciesMeta: Readonly<Record<string, { readonly optional?: boolean }>>;
};

/** Read here so that `bbb --version` need not load everything. */
export const VERSION = version;

/** Packages with a plugin that need not be installed: those with clients of servers, which few need. */
export const OPTIONAL_PACKAGES: readonly string[] = Object.entries(peerDependenciesMeta)
  .filter(([, { optional }]) => optional)
  .map(([name]) => name);
