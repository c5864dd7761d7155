import { BbbError } from '@bbb/core';
import { z } from 'zod';
import { describeIssue } from './parse.js';
import { sweepConfigSchema, type SweepConfigInput } from './schema.js';

const own = {
  preset: z.string().min(1).optional().describe('A preset to start from. Default: none.'),
  plugins: z
    .array(z.string().min(1))
    .optional()
    .describe('Plugins to load: packages, or files relative to the configuration file.'),
};

/** What a configuration file may say: the members of a sweep, all of them optional, and what they build on. */
export const sweepFileSchema = z.strictObject({ ...own, ...sweepConfigSchema.partial().shape });

interface Base {
  /** Plugins to load: packages, or files relative to the configuration file. */
  readonly plugins?: readonly string[];
}

/** A configuration file: on top of a preset, or complete. */
export type SweepFile =
  | (Base & { readonly preset: string } & Partial<SweepConfigInput>)
  | (Base & { readonly preset?: undefined } & SweepConfigInput);

/**
 * Types a configuration file; returns it as it is. `bbb.config.ts`:
 *
 * ```ts
 * import { defineSweep } from '@bbb/sweep';
 *
 * export default defineSweep({ preset: 'quick', seeds: [0, 1, 2], training: { epochs: 20 } });
 * ```
 */
export function defineSweep(config: SweepFile): SweepFile {
  return config;
}

/** What a file said, checked but not completed: defaults would win over the preset. */
export interface ParsedFile {
  readonly preset?: string;
  readonly plugins: readonly string[];
  readonly sweep: Readonly<Record<string, unknown>>;
}

/**
 * Checks what a configuration file holds, on its own, so that errors name what stands in it.
 * @param origin the file's name
 * @throws BbbError `E_SWEEP_CONFIG` naming every member that does not fit, with the nearest known name of a misspelt one
 */
export function parseSweepFile(input: unknown, origin: string): ParsedFile {
  const parsed = sweepFileSchema.safeParse(input);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => describeIssue(issue, input, sweepFileSchema));
    throw new BbbError('E_SWEEP_CONFIG', `${origin} does not fit: ${problems.join('; ')}.`, {
      hint: 'In TypeScript, defineSweep() of @bbb/sweep checks the same while you type.',
    });
  }
  const {
    preset,
    plugins = [],
    ...sweep
  } = input as {
    preset?: string;
    plugins?: string[];
    [member: string]: unknown;
  };
  return { ...(preset === undefined ? {} : { preset }), plugins, sweep };
}
