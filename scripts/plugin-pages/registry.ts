import { createRegistry, type Registry } from '@bbb/core';
import builtIns from '@bbb/plugins';
import ownOfBullmq from '@bbb/sweep-bullmq/plugin';
import ownOfSweep from '@bbb/sweep/plugin';
import { catalogue, type CatalogueEntry } from '../../packages/cli/src/catalogue/entries.js';
import ownOfCli from '../../packages/cli/src/plugin.js';

/** The registry with all plugins that ship. */
export function shippedRegistry(): Registry {
  return createRegistry([builtIns, ownOfSweep, ownOfCli, ownOfBullmq]);
}

/** The same plugins, as `bbb plugins` lists them. */
export function shipped(): CatalogueEntry[] {
  return catalogue(shippedRegistry());
}
