import { cutErrorRecord, type ErrorRecord } from '@bbb/core';
import { z } from 'zod';

/** An error from another thread, machine or run of bbb; its texts are cut to a few kilobytes. */
export const errorRecordSchema = z
  .looseObject({
    name: z.string(),
    message: z.string(),
    code: z.string().optional(),
    hint: z.string().optional(),
    stack: z.string().optional(),
  })
  .transform((record) => cutErrorRecord(record as ErrorRecord));
