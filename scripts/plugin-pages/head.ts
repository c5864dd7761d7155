import { stringify } from 'yaml';
import type { CatalogueEntry } from '../../packages/cli/src/catalogue/entries.js';
import { factsOf } from './facts.js';
import { tryIt } from './try-it.js';
import { bullets, escapeMarkdown, optionsTable } from './markdown.js';

/** The part of a page that comes from the registry, as Markdown: description, source, facts and options of one plugin. */
export function headOf(entry: CatalogueEntry): string {
  const { kind, description, source, details } = entry;
  const facts = [
    ...(source === undefined ? [] : [['Source', escapeMarkdown(source)] as const]),
    ...factsOf(kind, details),
  ];
  return [escapeMarkdown(description), bullets(facts), tryIt(entry), optionsTable(entry), sweepOf(entry)]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** A preset as an equivalent configuration file. */
function sweepOf({ details }: CatalogueEntry): string {
  if (!('sweep' in details)) return '';
  const yaml = stringify(details['sweep'], {
    aliasDuplicateObjects: false,
    collectionStyle: 'any',
    flowCollectionPadding: false,
  });
  return [
    '<details><summary>As a configuration file</summary>',
    `\`\`\`yaml\n${yaml}\`\`\``,
    '</details>',
  ].join('\n\n');
}
