import { existsSync, readFileSync } from 'node:fs';
import { parseSweepFile, sweepFileSchema } from '@bbb/sweep';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { configSchema, type Schema } from '../../scripts/config-reference/schema.js';
import { generatedFiles } from '../../scripts/generated.js';
import { formatted } from '../../scripts/plugin-pages/format.js';
import { shipped, shippedRegistry } from '../../scripts/plugin-pages/registry.js';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const files = generatedFiles();
const schema = configSchema(shippedRegistry());

describe('files that are generated from the source', () => {
  it.each(['docs/configuration.md', 'docs/errors.md', 'packages/cli/config.schema.json'])(
    '%s is up to date (else: npm run docs:plugins)',
    async (path) => {
      expect(existsSync(new URL(`../../${path}`, import.meta.url))).toBe(true);
      const today = read(path);
      expect(await formatted(files.get(path)!(today), path)).toBe(today);
    },
  );
});

describe('the JSON Schema of a configuration', () => {
  it('has every member that the loader takes, each with a meaning, and no other', () => {
    expect(Object.keys(schema.properties!)).toEqual(Object.keys(sweepFileSchema.shape));
    expect(schema.additionalProperties).toBe(false);
    expect(undescribed('', schema)).toEqual([]);
  });

  it('has the options of everything that ships, by its name', () => {
    for (const { kind, name } of shipped()) {
      if (kind === 'presets') continue;
      const { allOf } = (schema as { definitions: Record<string, Schema> }).definitions[kind]!;
      const found = (allOf as { if: Schema }[]).filter(
        ({ if: condition }) => (condition.properties!['use'] as Schema).const === name,
      );
      expect(found, `${kind}/${name}`).toHaveLength(1);
    }
  });

  it('is named in a file that the loader takes', () => {
    const [, yaml] = /```yaml\n([\s\S]*?)```/.exec(read('docs/configuration.md'))!;
    const file = parse(yaml!) as object;
    const named = { $schema: './node_modules/@bbb/cli/config.schema.json', ...file };
    expect(parseSweepFile(named, 'bbb.config.yaml')).toEqual(parseSweepFile(file, 'bbb.config.yaml'));
    expect(parseSweepFile(named, 'bbb.config.yaml').sweep).not.toHaveProperty('$schema');
  });
});

/** Paths of members without a description. `use` and `options` need none, because their kind has one. */
function undescribed(path: string, at: Schema): string[] {
  const nested = [at.items, at.additionalProperties, ...(at.anyOf ?? []), ...(at.oneOf ?? [])]
    .filter((next): next is Schema => typeof next === 'object' && !Array.isArray(next))
    .flatMap((next) => undescribed(path, next));
  const members = Object.entries(at.properties ?? {}).flatMap(([name, member]) => {
    const below = `${path}.${name}`;
    const missing = (member as Schema).description === undefined && !below.endsWith('.kind') ? [below] : [];
    return [...missing, ...undescribed(below, member as Schema)];
  });
  return [...nested, ...members];
}
