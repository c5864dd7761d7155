import { createRequire } from 'node:module';

const { version, peerDependenciesMeta } = createRequire(import.meta.url)('../../package.json') as {
  version: string;
  peerDependenciesMeta: Readonly<Record<string, { readonly optional?: boolean }>>;
};

/** The version is read here so that `bbb --version` does not load everything. */
export const VERSION = version;

/** Packages with a plugin that are optional, because few users need them: those with clients of servers. */
export const OPTIONAL_PACKAGES: readonly string[] = Object.entries(peerDependenciesMeta)
  .filter(([, { optional }]) => optional)
  .map(([name]) => name);
