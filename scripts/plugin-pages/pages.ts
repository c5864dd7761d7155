import { KIND_TITLES, type CatalogueEntry } from '../../packages/cli/src/catalogue/entries.js';
import { block, hasBlock, withBlock } from './blocks.js';
import { headOf } from './head.js';
import { code, escapeMarkdown } from './markdown.js';

type Kind = CatalogueEntry['kind'];

/** Placeholder on a new page. A person must replace it before the page is committed. */
export const TO_WRITE = '(to be written)';

/** The parts of a method's page that are written by hand. */
export const SECTIONS = ['When to use it', 'What it costs', 'Known traps'] as const;

/** Kinds with a page for each plugin and a page that lists them. Other kinds have one page, with a section for each plugin. */
export const PAGE_FOR_EACH: ReadonlySet<Kind> = new Set<Kind>([
  'methods',
  'pruners',
  'datasets',
  'samplers',
  'schedulers',
  'presets',
]);

/** The new text of each page, by its path from `docs/`, made from its present text. */
export type Pages = ReadonlyMap<string, (today: string | undefined) => string>;

/** Every page that must exist for these plugins. */
export function pagesOf(entries: readonly CatalogueEntry[]): Pages {
  const kinds = [...new Set(entries.map(({ kind }) => kind))];
  const of = (kind: Kind) => entries.filter((entry) => entry.kind === kind);
  return new Map([
    ['plugins/README.md', (today) => indexPage(today, entries)],
    ...kinds.flatMap((kind) =>
      PAGE_FOR_EACH.has(kind) ? separatePages(kind, of(kind)) : [sharedPage(kind, of(kind))],
    ),
  ] as [string, (today: string | undefined) => string][]);
}

function separatePages(
  kind: Kind,
  entries: readonly CatalogueEntry[],
): [string, (today?: string) => string][] {
  const list = listPage(kind);
  const below = kind === 'methods' ? '' : `${kind}/`;
  return [
    [
      list,
      (today = `# ${KIND_TITLES[kind]}\n\n${block(kind, '')}\n`) =>
        withBlock(
          today,
          kind,
          listOf(entries, ({ name }) => `${below}${name}.md`),
        ),
    ],
    ...entries.map((entry): [string, (today?: string) => string] => [
      pageOf(entry),
      (today = newPage(entry)) => withBlock(today, blockOf(entry), headOf(entry)),
    ]),
  ];
}

/** The page that lists a kind. Methods, which most people look for, have a folder of their own. */
function listPage(kind: Kind): string {
  return kind === 'methods' ? 'methods/README.md' : `plugins/${kind}.md`;
}

function pageOf({ kind, name }: CatalogueEntry): string {
  return kind === 'methods' ? `methods/${name}.md` : `plugins/${kind}/${name}.md`;
}

function sharedPage(kind: Kind, entries: readonly CatalogueEntry[]): [string, (today?: string) => string] {
  return [
    `plugins/${kind}.md`,
    (today = `# ${KIND_TITLES[kind]}\n\n${TO_WRITE}\n`) =>
      entries.reduce((page, entry) => {
        const whole = hasBlock(page, blockOf(entry))
          ? page
          : `${page}\n## ${entry.name}\n\n${block(blockOf(entry), '')}\n`;
        return withBlock(whole, blockOf(entry), headOf(entry));
      }, today),
  ];
}

function indexPage(
  today = `# Plugins\n\n${TO_WRITE}\n\n${block('plugins', '')}\n`,
  entries: readonly CatalogueEntry[],
): string {
  const kinds = [...new Set(entries.map(({ kind }) => kind))];
  const rows = kinds.map((kind) => {
    const page = kind === 'methods' ? '../methods/README.md' : `${kind}.md`;
    const names = entries.filter((entry) => entry.kind === kind).map(({ name }) => code(name));
    return `- [${KIND_TITLES[kind]}](${page}): ${names.join(', ')}`;
  });
  return withBlock(today, 'plugins', rows.join('\n'));
}

/** A list with a line for each plugin. In a table, a new long entry would change every line. */
function listOf(entries: readonly CatalogueEntry[], link: (entry: CatalogueEntry) => string): string {
  const rows = entries.map(
    (entry) => `- [${code(entry.name)}](${link(entry)}): ${escapeMarkdown(entry.description)}`,
  );
  return rows.join('\n');
}

/** Block names are those of the registry: `methods/sgd`. */
export function blockOf({ kind, name }: CatalogueEntry): string {
  return `${kind}/${name}`;
}

function newPage(entry: CatalogueEntry): string {
  return [
    `# ${entry.name}`,
    block(blockOf(entry), ''),
    ...(entry.kind === 'methods' ? SECTIONS.map((title) => `## ${title}\n\n${TO_WRITE}`) : [TO_WRITE]),
    '',
  ].join('\n\n');
}
