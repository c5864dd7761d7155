import type { PluginKind, Registry } from '@bbb/core';
import { sweepFileSchema } from '@bbb/sweep';
import { z, type ZodType } from 'zod';

export type Schema = z.core.JSONSchema.BaseSchema;

/** Editors and the YAML language server read draft 7. */
const TARGET = { target: 'draft-7', io: 'input', unrepresentable: 'any' } as const;

/** The places in a configuration where a plugin of a kind is named. */
const NAMED: readonly (readonly [kind: PluginKind, path: string])[] = [
  ['datasets', 'dataset'],
  ['datasets', 'outOfDistribution'],
  ['networks', 'networks.items'],
  ['likelihoods', 'likelihood'],
  ['methods', 'methods.items'],
  ['pruners', 'methods.items.pruning.pruners.items'],
  ['procedures', 'methods.items.pruning.procedure'],
  ['pruners', 'pruning.pruners.items'],
  ['procedures', 'pruning.procedure'],
  ['samplers', 'search.sampler'],
  ['schedulers', 'search.scheduler'],
  ['executors', 'executor'],
  ['stores', 'store'],
  ['reporters', 'reporters.items'],
];

/**
 * The JSON Schema of configuration files (`bbb.config.json`, `.yaml`): the members as `@bbb/sweep` checks them, and beside `use` the
 * options of the named method, network, criterion, ... in this registry. Other names are allowed, because plugins may add them.
 */
export function configSchema(registry: Registry): Schema {
  const root = z.toJSONSchema(sweepFileSchema, TARGET) as Schema;
  for (const [kind, path] of NAMED) nameAt(at(root, path), kind, registry);
  const presets = registry.list('presets').map(({ name }) => name);
  root.properties!['preset'] = {
    ...(root.properties!['preset'] as Schema),
    ...nameOrOther(presets),
  };
  const kinds = [...new Set(NAMED.map(([kind]) => kind))];
  return {
    ...root,
    title: 'A sweep of bbb',
    definitions: Object.fromEntries(kinds.map((kind) => [kind, optionsByName(kind, registry)])),
  };
}

/** The schema of a member: `items` leads into a list, any other name to a member of an object. */
function at(root: Schema, path: string): Schema {
  return path.split('.').reduce<Schema>((schema, name) => {
    const next = name === 'items' ? schema.items : schema.properties?.[name];
    if (typeof next !== 'object') throw new Error(`The schema of a configuration has no ${path}.`);
    return next as Schema;
  }, root);
}

function nameAt(schema: Schema, kind: PluginKind, registry: Registry): void {
  const names = registry.list(kind).map(({ name }) => name);
  schema.properties!['use'] = { ...(schema.properties!['use'] as Schema), ...nameOrOther(names) };
  schema.allOf = [{ $ref: `#/definitions/${kind}` }];
}

function nameOrOther(names: readonly string[]): Schema {
  return { anyOf: [{ enum: [...names] }, { type: 'string', minLength: 1 }] };
}

/** For each plugin: if `use` names it, the options must match its schema. */
function optionsByName(kind: PluginKind, registry: Registry): Schema {
  return {
    allOf: registry.list(kind).map(({ name, value }) => {
      const { options, description } = value as { options: ZodType; description: string };
      const { $schema: _, ...schema } = z.toJSONSchema(options, TARGET) as Schema;
      return {
        if: { properties: { use: { const: name } }, required: ['use'] },
        // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
        then: {
          properties: { options: { description, ...schema } },
          // If an option has no default, "options" itself is required.
          ...(schema.required?.length ? { required: ['options'] } : {}),
        },
      };
    }),
  };
}
