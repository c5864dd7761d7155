import { withoutPruning } from '@bbb/sweep';
import { withValue, type Json, type Keys } from './path.js';

/**
 * The user's values replace those in the entries of a preset. Criteria and procedures of an entry are removed. An entry with its own training
 * options gets the new value there, too.
 *
 * @param keys the place of the value in the configuration, e.g. `['training', 'epochs']`
 */
export function overEntries(config: Json, [root, ...below]: Keys, value: unknown): Json {
  const { methods } = config;
  const [member] = below;
  if (member === undefined || !Array.isArray(methods)) return config;
  if (root === 'pruning')
    return { ...config, methods: methods.map((entry: Json) => withoutPruning(entry, [String(member)])) };
  if (root !== 'training') return config;
  const overridden = (entry: Json): unknown =>
    entry['training'] ? withValue(entry, ['training', ...below], value) : entry;
  return { ...config, methods: methods.map(overridden) };
}
