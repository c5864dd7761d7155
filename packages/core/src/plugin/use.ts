import { z } from 'zod';

/** Names something that a plugin contributes. It is plain JSON, so it can be sent to other threads and machines. */
export interface Use {
  readonly use: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** Reads a {@link Use}, whose options may be left out. */
export const useSchema = z.strictObject({
  use: z.string().min(1).describe('A name that a plugin contributes.'),
  options: z
    .record(z.string(), z.unknown())
    .default({})
    .describe('Its options; bbb plugins NAME lists them.'),
});
