import { z, type ZodType } from 'zod';
import { BbbError } from '../errors.js';

/**
 * Options checked by their owner's schema, defaults filled in.
 * @throws BbbError `E_OPTIONS` naming the owner and every problem
 */
export function parseOptions<T>(owner: string, schema: ZodType<T>, options: unknown): T {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  throw new BbbError('E_OPTIONS', `Options of "${owner}" do not fit: ${z.prettifyError(parsed.error)}`, {
    hint: `bbb plugins ${owner} lists its options with their defaults.`,
  });
}
