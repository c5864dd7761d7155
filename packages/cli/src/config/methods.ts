import { suggest, type Registry } from '@bbb/core';
import { UsageError } from '../errors/usage.js';
import type { Json } from './path.js';

/**
 * The entries that `--methods` names: an entry of the configuration with this label, or else any method that a plugin contributes,
 * with its own defaults.
 *
 * @throws UsageError with the names that exist
 */
export function chooseMethods(
  entries: readonly Json[],
  names: readonly string[],
  registry: Registry,
): Json[] {
  const known = registry.list('methods').map(({ name }) => name);
  return names.map((name) => {
    const entry = entries.find((candidate) => labelOf(candidate) === name);
    if (entry) return entry;
    if (known.includes(name)) return { label: name, use: name, options: {} };
    const labels = entries.map(labelOf);
    throw new UsageError(
      `There is no method called "${name}".`,
      `${suggest(name, [...labels, ...known])}In this configuration: ${labels.join(', ')}. All methods: ${known.join(', ')}.`,
    );
  });
}

export function labelOf(entry: Json): string {
  return String(entry['label'] ?? entry['use']);
}
