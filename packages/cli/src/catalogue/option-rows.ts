import { z, type ZodType } from 'zod';

/** One option of a method, pruner or data set, for people. */
export interface OptionRow {
  readonly name: string;
  /** e.g. `integer, at least 1` or `"a" or "b"`. */
  readonly type: string;
  /** The default as JSON; absent when there is none. */
  readonly default?: string;
  readonly description: string;
}

type Schema = z.core.JSONSchema.BaseSchema;

/**
 * The JSON Schema of options as a user types them: options that have a default may be left out. If a plugin checks its options without
 * zod, the schema is empty.
 */
export function optionsSchema(options: ZodType): Schema {
  if (!('_zod' in options)) return {};
  return z.toJSONSchema(options, { io: 'input', unrepresentable: 'any' });
}

export function optionRows(options: ZodType): OptionRow[] {
  return Object.entries(optionsSchema(options).properties ?? {}).map(([name, schema]) => {
    const property = schema as Schema;
    return {
      name,
      type: typeText(property),
      ...(property.default === undefined ? {} : { default: JSON.stringify(property.default) }),
      description: property.description ?? '',
    };
  });
}

/** A JSON Schema in a few words. */
export function typeText(schema: Schema): string {
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return choices.map((choice) => typeText(choice)).join(' or ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' or ');
  if (schema.type === 'object')
    return `{${Object.entries(schema.properties ?? {})
      .map(memberText)
      .join(', ')}}`;
  if (schema.prefixItems) return `[${schema.prefixItems.map((item) => typeText(item as Schema)).join(', ')}]`;
  if (schema.type === 'array') return `list of ${typeText((schema.items ?? {}) as Schema)}`;
  return [schema.type ?? 'anything', ...rangeText(schema)].join(', ');
}

function memberText([name, schema]: [string, unknown]): string {
  return `${name}: ${typeText(schema as Schema)}`;
}

/** The limits of a number, without the limits of safe integers, which zod gives to every integer. */
function rangeText({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Schema): string[] {
  const real = (limit: number | boolean | undefined): limit is number =>
    typeof limit === 'number' && Math.abs(limit) < Number.MAX_SAFE_INTEGER;
  return [
    ...(real(minimum) ? [`at least ${minimum}`] : []),
    ...(real(exclusiveMinimum) ? [`above ${exclusiveMinimum}`] : []),
    ...(real(maximum) ? [`at most ${maximum}`] : []),
    ...(real(exclusiveMaximum) ? [`below ${exclusiveMaximum}`] : []),
  ];
}
