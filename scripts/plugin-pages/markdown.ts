import { inspect } from 'node:util';
import { optionRows } from '../../packages/cli/src/catalogue/option-rows.js';
import type { CatalogueEntry } from '../../packages/cli/src/catalogue/entries.js';

/** Escapes plain text, so that Markdown shows it unchanged. */
export function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_<>[\]|]/g, String.raw`\$&`);
}

/** A code span, also within a table. */
export function code(text: string): string {
  return `\`${text.replaceAll('`', "'").replaceAll('|', String.raw`\|`)}\``;
}

/** A bullet for each fact: `- **Source**: ...`. */
export function bullets(facts: readonly (readonly [title: string, text: string])[]): string {
  return facts.map(([title, text]) => `- **${title}**: ${text}`).join('\n');
}

/** The options of one plugin, or a sentence that it has none. */
export function optionsTable({ options }: CatalogueEntry): string {
  if (!options) return '';
  const rows = optionRows(options);
  if (rows.length === 0) return 'It has no options.';
  const lines = rows.map(({ name, type, default: preset, description }) =>
    [
      code(name),
      escapeMarkdown(type),
      preset === undefined ? '' : code(preset),
      escapeMarkdown(description),
    ].join(' | '),
  );
  return [
    '| option | type | default | meaning |',
    '| --- | --- | --- | --- |',
    ...lines.map((line) => `| ${line} |`),
  ].join('\n');
}

/** Any plain JSON in one line. */
export function valueText(value: unknown): string {
  return typeof value === 'string' ? value : inspect(value, { depth: null, breakLength: Infinity });
}
