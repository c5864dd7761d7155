import { inspect } from 'node:util';
import type { PluginKind } from '@bbb/core';
import { KIND_TITLES, type CatalogueEntry } from './entries.js';
import { optionRows, type OptionRow } from './option-rows.js';

/** One line for each entry, kind by kind. If there is only one kind, each line also names the options. */
export function listText(entries: readonly CatalogueEntry[]): string {
  const width = Math.max(...entries.map(({ name }) => name.length));
  const kinds = [...new Set(entries.map(({ kind }) => kind))];
  return kinds
    .map((kind) =>
      kindText(
        kind,
        entries.filter((entry) => entry.kind === kind),
        width,
        kinds.length === 1,
      ),
    )
    .join('\n');
}

function optionNames({ options }: CatalogueEntry): string {
  const names = options ? optionRows(options).map(({ name }) => name) : [];
  return names.length === 0 ? '' : ` Options: ${names.join(', ')}.`;
}

function kindText(
  kind: PluginKind,
  entries: readonly CatalogueEntry[],
  width: number,
  withOptions: boolean,
): string {
  const lines = entries.map(
    (entry) => `  ${entry.name.padEnd(width)}  ${entry.description}${withOptions ? optionNames(entry) : ''}`,
  );
  return [KIND_TITLES[kind], ...lines, ''].join('\n');
}

/** One entry with its options. */
export function entryText({
  kind,
  name,
  plugin,
  description,
  source,
  options,
  details,
}: CatalogueEntry): string {
  const rows = options ? optionRows(options) : [];
  return [
    `${name} (${KIND_TITLES[kind].toLowerCase().replace(/s$/, '')} of ${plugin})`,
    `  ${description}`,
    ...(source === undefined ? [] : [`  Source: ${source}`]),
    ...Object.entries(details).map(([key, value]) => `  ${key}: ${detailText(value)}`),
    ...(rows.length > 0 ? ['  Options:', ...rows.flatMap(optionLines)] : []),
    ...(options && rows.length === 0 ? ['  No options.'] : []),
    '',
  ].join('\n');
}

function optionLines({ name, type, default: preset, description }: OptionRow): string[] {
  const head = `    ${name}: ${type}${preset === undefined ? '' : ` (default ${preset})`}`;
  return description === '' ? [head] : [head, `      ${description}`];
}

function detailText(value: unknown): string {
  return typeof value === 'string'
    ? value
    : inspect(value, { depth: null, breakLength: 100 }).replaceAll('\n', '\n  ');
}
