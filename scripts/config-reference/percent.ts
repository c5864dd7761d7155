import type { Schema } from './schema.js';

/**
 * A JSON Schema in which every number between 0 and 1 may be a percentage, `"90%"`, as in the file that it describes. Limits hold for
 * numbers alone, the pattern for texts alone.
 * @param schema a JSON Schema; not changed
 */
export function withPercent(schema: Schema): Schema {
  const changed = Object.entries(schema).map(([key, value]) => [key, within(value)]);
  return { ...Object.fromEntries(changed), ...(isPart(schema) ? PART : {}) } as Schema;
}

const PART = { type: ['number', 'string'], pattern: String.raw`^\s*\+?(100|\d{1,2}(\.\d*)?|\.\d+)\s*%\s*$` };

function within(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(within);
  return typeof value === 'object' && value !== null ? withPercent(value as Schema) : value;
}

function isPart({ type, minimum, exclusiveMinimum, maximum, exclusiveMaximum }: Schema): boolean {
  return type === 'number' && (minimum ?? exclusiveMinimum) === 0 && (maximum ?? exclusiveMaximum) === 1;
}
