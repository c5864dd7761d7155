import { BbbError, safeParse, useSchema, type Use } from '@bbb/core';
import { z } from 'zod';
import { describeIssue } from './parse.js';
import { checkPlain } from './plain.js';
import { sweepConfigSchema, type SweepConfigInput } from './schema.js';

const own = {
  $schema: z
    .string()
    .optional()
    .describe('Where an editor finds the JSON Schema of this file; bbb does not read it.'),
  preset: z.string().min(1).optional().describe('A preset to start from. Default: none.'),
  plugins: z
    .array(z.string().min(1))
    .optional()
    .describe('Plugins to load: packages, or files relative to the configuration file.'),
  executor: useSchema.optional().describe('Where trials run. Default: threads of this process.'),
  store: useSchema.optional().describe('The index that is kept beside the results. Default: sqlite.'),
  reporters: z.array(useSchema).optional().describe('Reporters of events, besides the display.'),
};

/**
 * What a configuration file may hold: the members of a sweep (all optional), the preset and plugins that they build on, and the
 * executor, store and reporters that run the sweep. Those three change no result, so each resume of the sweep may use others.
 */
export const sweepFileSchema = z.strictObject({ ...own, ...sweepConfigSchema.partial().shape });

interface Base {
  /** Where an editor finds the JSON Schema of the file, in JSON and YAML; bbb does not read it. */
  readonly $schema?: string;
  /** Plugins to load: packages, or files relative to the configuration file. */
  readonly plugins?: readonly string[];
  /** Where trials run, e.g. `{ use: 'processes' }`. Default: threads of this process. `--executor` wins. */
  readonly executor?: UseInput;
  /** The index that is kept beside the results. Default: `sqlite`. `--store` wins. */
  readonly store?: UseInput;
  /** Reporters that get the events of the sweep, beside the display, e.g. `[{ use: 'ndjson' }]`. `--reporter` adds to them. */
  readonly reporters?: readonly UseInput[];
}

/** Something that a plugin contributes; options that are left out have their defaults. */
export type UseInput = z.input<typeof useSchema>;

/** A configuration file. It changes a preset, or is complete without one. */
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
 *
 * @param config a configuration, on top of a preset or complete
 */
export function defineSweep(config: SweepFile): SweepFile {
  return config;
}

/** The executor, store and reporters that a file or a command line names; absent members have their defaults. */
export interface Parts {
  readonly executor?: Use;
  readonly store?: Use;
  readonly reporters?: readonly Use[];
}

/** A checked file. Defaults are not filled in, because they would replace what the preset says. */
export interface ParsedFile {
  readonly preset?: string;
  readonly plugins: readonly string[];
  readonly parts: Parts;
  readonly sweep: Readonly<Record<string, unknown>>;
}

/**
 * Checks a configuration file before the preset is merged in, so that errors name what the file itself says.
 * @param input plain JSON, as a file or a program gives it
 * @param origin the file's name
 * @throws BbbError `E_SWEEP_CONFIG` naming every member that does not fit, with the nearest known name of a misspelt one
 */
export function parseSweepFile(input: unknown, origin: string): ParsedFile {
  checkPlain(input, origin);
  const parsed = safeParse(sweepFileSchema, input);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => describeIssue(issue, input, sweepFileSchema));
    throw new BbbError('E_SWEEP_CONFIG', `${origin} does not fit: ${problems.join('; ')}.`, {
      hint: 'docs/configuration.md lists the members; in TypeScript defineConfig() of @bbb/cli/config checks the same while you type.',
    });
  }
  const { executor, store, reporters } = parsed.data;
  const { preset, plugins = [], ...rest } = input as SweepFile;
  const sweep = Object.fromEntries(Object.entries(rest).filter(([member]) => !(member in own)));
  const parts = {
    ...(executor ? { executor } : {}),
    ...(store ? { store } : {}),
    ...(reporters ? { reporters } : {}),
  };
  return { ...(preset === undefined ? {} : { preset }), plugins, parts, sweep };
}
