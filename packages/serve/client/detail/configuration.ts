import type { Trial } from '@bbb/core';
import { make } from '../dom.js';

/** Everything that the trial's result depends on, by path. */
export function configurationTable(trial: Trial): HTMLElement {
  const list = make('dl', { className: 'configuration' });
  for (const [path, value] of leaves(trial, '')) list.append(make('dt', {}, path), make('dd', {}, value));
  return list;
}

function* leaves(value: unknown, path: string): Generator<[string, string]> {
  const open = typeof value === 'object' && value !== null;
  const entries = open && !Array.isArray(value) ? Object.entries(value) : [];
  if (entries.length === 0) yield [path, typeof value === 'string' ? value : JSON.stringify(value)];
  for (const [key, member] of entries) yield* leaves(member, path ? `${path}.${key}` : key);
}
