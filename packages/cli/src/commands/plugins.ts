import { PLUGIN_KINDS, suggest } from '@bbb/core';
import { catalogue, type CatalogueEntry } from '../catalogue/entries.js';
import { optionsSchema } from '../catalogue/option-rows.js';
import { entryText, listText } from '../catalogue/text.js';
import { UsageError } from '../errors/usage.js';
import { print, printJson } from '../io/output.js';
import { loadRegistry } from '../io/registry.js';
import type { PluginsFlags } from '../options/kinds.js';

/** `bbb plugins`: everything by name, or all of one kind, or one entry with its options. */
export async function plugins(name: string | undefined, flags: PluginsFlags): Promise<number> {
  const { registry } = await loadRegistry(flags.plugin);
  const all = catalogue(registry);
  const list = name === undefined || PLUGIN_KINDS.some((kind) => kind === name);
  const chosen = all.filter((entry) => name === undefined || name === (list ? entry.kind : entry.name));
  if (chosen.length === 0) {
    const names = all.map((entry) => entry.name);
    throw new UsageError(
      `No plugin contributes the name "${name}".`,
      `${suggest(name!, [...PLUGIN_KINDS, ...names])}Available: ${names.join(', ')}. Kinds: ${PLUGIN_KINDS.join(', ')}.`,
    );
  }
  if (flags.json) await printJson(chosen.map(entryJson));
  else await print(list ? listText(chosen) : chosen.map(entryText).join('\n'));
  return 0;
}

function entryJson({ options, details, ...entry }: CatalogueEntry): Record<string, unknown> {
  return { ...entry, ...details, ...(options ? { options: optionsSchema(options) } : {}) };
}
