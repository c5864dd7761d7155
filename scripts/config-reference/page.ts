import { typeText } from '../../packages/cli/src/catalogue/option-rows.js';
import { code, escapeMarkdown } from '../plugin-pages/markdown.js';
import type { Schema } from './schema.js';

/** One member of a configuration file. */
interface Row {
  /** Path from the top: `methods[].training`. */
  readonly path: string;
  readonly schema: Schema;
}

export const CONFIG_BLOCK = 'configuration';

/** Members that have members. Each gets a section: `methods[]`, `pruning`. */
export function referenceOf(root: Schema): string {
  const sections: string[] = [];
  const open = (path: string, schema: Schema): void => {
    const { rows, below } = membersOf(path, schema);
    sections.push(
      [
        path === '' ? '## Members' : `## ${headingOf(path)}`,
        ...(path === '' ? [] : [escapeMarkdown(schema.description ?? itemsText(path))]),
        tableOf(rows, below),
      ].join('\n\n'),
    );
    for (const row of below) if (row.path === sectionPath(row.path)) open(row.path, row.schema);
    for (const row of rows) sections.push(...choicesOf(row));
  };
  open('', root);
  return sections.join('\n\n');
}

/** Members of an entry of `methods` that the whole sweep has too. They are described once. */
function sectionPath(path: string): string {
  return path.replace(/^methods\[\]\./, '');
}

/** A member whose values are objects of several kinds; their "kind" says which. It gets a section with a line for each kind. */
function choicesOf({ path, schema }: Row): string[] {
  const values = schema.additionalProperties as Schema | undefined;
  const kinds = values?.oneOf ?? values?.anyOf ?? [];
  if (kinds.length === 0) return [];
  const lines = kinds.map((kind) => {
    const members = Object.entries(kind.properties ?? {}).map(([name, member]) =>
      name === 'kind' ? `kind: ${(member as Schema).const as string}` : name,
    );
    return `| ${code(`{ ${members.join(', ')} }`)} | ${escapeMarkdown(kind.description ?? '')} |`;
  });
  return [
    [
      `## ${headingOf(path)}`,
      escapeMarkdown(schema.description ?? ''),
      ['| value | meaning |', '| --- | --- |', ...lines].join('\n'),
    ].join('\n\n'),
  ];
}

function itemsText(path: string): string {
  return `One entry of ${path.replace('[]', '')}.`;
}

function membersOf(path: string, schema: Schema): { rows: Row[]; below: Row[] } {
  const rows = Object.entries(schema.properties ?? {}).map(([name, member]): Row => ({
    path: path === '' ? name : `${path}.${name}`,
    schema: member as Schema,
  }));
  const below = rows.flatMap((row): Row[] => {
    const section = sectionOf(row);
    return section ? [section] : [];
  });
  return { rows, below };
}

/** Whether a member gets a section: if it is an object with more than a name and options, or a list of such objects. */
function sectionOf({ path, schema }: Row): Row | undefined {
  if (isObject(schema)) return { path, schema };
  const items = schema.items as Schema | undefined;
  return items && isObject(items) ? { path: `${path}[]`, schema: items } : undefined;
}

function isObject({ properties }: Schema): boolean {
  const names = Object.keys(properties ?? {});
  return names.some((name) => name !== 'use' && name !== 'options' && name !== 'label');
}

function tableOf(rows: readonly Row[], below: readonly Row[]): string {
  const lines = rows.map(({ path, schema }) => {
    const section = below.find((found) => found.path === path || found.path === `${path}[]`);
    const { meaning, preset } = wordsOf(schema);
    const type = section
      ? `[${section.path.endsWith('[]') ? 'list' : 'object'}](#${anchor(sectionPath(section.path))})`
      : typeOf(schema);
    return `| ${code(path)} | ${type} | ${preset} | ${escapeMarkdown(meaning)} |`;
  });
  return ['| member | type | default | meaning |', '| --- | --- | --- | --- |', ...lines].join('\n');
}

/** The heading as plain text, for which GitHub and TypeDoc make the same anchor. */
function headingOf(path: string): string {
  return path.replace('[]', '');
}

/** The anchor of a heading, as GitHub and TypeDoc name it. */
function anchor(path: string): string {
  return path.toLowerCase().replaceAll(/[^a-z0-9_-]/g, '');
}

function typeOf(schema: Schema): string {
  const { properties, items } = schema;
  if (properties && 'use' in properties) return code('{ use, options }');
  const of = items as Schema | undefined;
  if (of?.properties && 'use' in of.properties) {
    return `list of ${code(`{ ${Object.keys(of.properties).join(', ')} }`)}`;
  }
  if (typeof schema.additionalProperties === 'object') return 'object';
  if (schema.anyOf && schema.anyOf.length === 2 && 'enum' in (schema.anyOf[0] as object)) {
    return escapeMarkdown(typeText({ type: 'string' }));
  }
  return escapeMarkdown(typeText(schema));
}

/** The default, from the schema, or from the end of the description if it is not a plain value. */
function wordsOf(schema: Schema): { meaning: string; preset: string } {
  const text = schema.description ?? '';
  const [, meaning, said] = /^(.*?)\s*Default: (.*)$/s.exec(text) ?? [];
  if (schema.default !== undefined && Object.keys(Object(schema.default)).length > 0) {
    return { meaning: text, preset: code(JSON.stringify(schema.default)) };
  }
  if (typeof schema.default !== 'object' && schema.default !== undefined) {
    return { meaning: text, preset: code(JSON.stringify(schema.default)) };
  }
  return said === undefined
    ? { meaning: text, preset: '' }
    : { meaning: meaning!, preset: escapeMarkdown(said.replace(/\.$/, '')) };
}
