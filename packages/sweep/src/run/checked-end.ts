import { inspect } from 'node:util';
import { BbbError, cutText, safeParse, type TrialEnd } from '@bbb/core';
import { z } from 'zod';
import { errorRecordSchema } from '../store/error-record.js';

const endSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('done'), text: z.string() }),
  z.object({ type: z.literal('stopped'), epoch: z.int().min(0) }),
  z.object({ type: z.literal('killed') }),
  z.object({
    type: z.literal('failed'),
    kind: z.enum(['diverged', 'error', 'crash', 'trap', 'timeout']),
    error: errorRecordSchema,
  }),
  z.object({ type: z.literal('fatal'), error: errorRecordSchema }),
]);

/**
 * Checks the end of an attempt as an executor reports it.
 * @throws BbbError `E_EXECUTOR` for anything that is not a `TrialEnd`
 */
export function checkedEnd(id: string, end: unknown): TrialEnd {
  const parsed = safeParse(endSchema, end);
  if (parsed.success) return parsed.data;
  const got = cutText(inspect(end, { breakLength: Infinity }), 200);
  throw new BbbError('E_EXECUTOR', `The executor says that trial ${id} ended as ${got}.`, {
    hint: 'Expected done, failed, fatal, stopped or killed: see TrialEnd of @bbb/core.',
  });
}
