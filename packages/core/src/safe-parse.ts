import { z } from 'zod';

/** An object whose length zod may compare with a number. */
interface Sized {
  readonly length?: unknown;
  readonly size?: unknown;
}

/**
 * `schema.safeParse(value)` that reports every problem of the value, and throws none. zod itself throws for two kinds of values that files
 * and messages can hold: an object with a member `length` or `size` that no number can be made of, in the place of a text or a list; and
 * one that is nested deeper than the stack.
 * @param schema the schema that the value must fit
 * @param value anything
 * @returns what zod returns
 */
export function safeParse<T extends z.ZodType>(schema: T, value: unknown): z.ZodSafeParseResult<z.output<T>> {
  try {
    // oxlint-disable-next-line no-restricted-properties -- the one place that may call it
    const parsed = schema.safeParse(value);
    // zod words its error when that is first read, which may throw as well.
    return parsed.success ? parsed : { success: false, error: parsed.error };
  } catch (thrown) {
    const issue = issueOf(thrown, value);
    if (!issue) throw thrown;
    const error = new z.ZodError([{ code: 'custom', input: value, ...issue }]);
    return { success: false, error: error as z.ZodError<z.output<T>> };
  }
}

type Issue = Pick<z.core.$ZodIssue, 'path' | 'message'>;

/** Undefined for an error of the schema itself. */
function issueOf(thrown: unknown, value: unknown): Issue | undefined {
  if (thrown instanceof RangeError) return { path: [], message: 'is nested too deep' };
  if (!(thrown instanceof TypeError)) return undefined;
  try {
    const path = falseLength(value);
    return path && { path, message: 'expected a text or a list, got an object' };
  } catch (tooDeep) {
    return issueOf(tooDeep, value);
  }
}

/** The path of the first object whose length or size is an object. */
function falseLength(value: unknown): PropertyKey[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { length, size } = value as Sized;
  if (typeof length === 'object' || typeof size === 'object') return [];
  for (const [key, member] of Object.entries(value)) {
    const path = falseLength(member);
    if (path) return [Array.isArray(value) ? Number(key) : key, ...path];
  }
  return undefined;
}
