import { suggest } from '@bbb/core';
import { catalogue, type CatalogueEntry } from '../catalogue/entries.js';
import { optionsSchema } from '../catalogue/option-rows.js';
import { entryText, listText } from '../catalogue/text.js';
import { UsageError } from '../errors/usage.js';
import { print, printJson } from '../io/output.js';
import { loadRegistry } from '../io/registry.js';
import type { PluginsFlags } from '../options/kinds.js';

/** `bbb plugins`: everything by name, or one of it with its options. */
export async function plugins(name: string | undefined, flags: PluginsFlags): Promise<number> {
  const { registry } = await loadRegistry(flags.plugin);
  const all = catalogue(registry);
  const chosen = name === undefined ? all : all.filter((entry) => entry.name === name);
  if (chosen.length === 0) {
    const names = all.map((entry) => entry.name);
    throw new UsageError(
      `No plugin has anything called "${name}".`,
      `${suggest(name!, names)}Available: ${names.join(', ')}.`,
    );
  }
  if (flags.json) await printJson(chosen.map(entryJson));
  else await print(name === undefined ? listText(chosen) : chosen.map(entryText).join('\n'));
  return 0;
}

function entryJson({ options, details, ...entry }: CatalogueEntry): Record<string, unknown> {
  return { ...entry, ...details, ...(options ? { options: optionsSchema(options) } : {}) };
}
