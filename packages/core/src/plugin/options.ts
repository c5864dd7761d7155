import { z, type ZodType } from 'zod';
import { BbbError } from '../errors.js';
import { suggest } from '@bbb/base';
import { safeParse } from '../safe-parse.js';

/**
 * Options checked by their owner's schema, defaults filled in.
 * @param owner owner of the options, for messages
 * @param schema the schema that the options must fit
 * @param options options as they were written; those with a default may be left out
 * @throws BbbError `E_OPTIONS` naming the owner and every problem
 */
export function parseOptions<T>(owner: string, schema: ZodType<T>, options: unknown): T {
  const parsed = safeParse(schema, options);
  if (parsed.success) return parsed.data;
  throw new BbbError('E_OPTIONS', `The options of "${owner}" do not fit: ${z.prettifyError(parsed.error)}`, {
    hint: `${nearest(schema, parsed.error)}bbb plugins ${owner} lists its options with their defaults.`,
  });
}

/** For an unknown option: the known option that was probably meant. */
function nearest(schema: ZodType, { issues }: z.ZodError): string {
  const unknown = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' && issue.path.length === 0 ? issue.keys : [],
  );
  const known = schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
  return unknown.map((key) => suggest(key, known)).join('');
}
