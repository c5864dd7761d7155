import { z } from 'zod';
import { BbbError } from '../errors.js';
import type { Plugin } from './definition.js';
import { safeParse } from '../safe-parse.js';

const fn = z.custom<(...args: never[]) => unknown>(
  (value) => typeof value === 'function',
  'expected a function',
);
const schema = z.custom<{ safeParse: unknown }>(
  (value) => typeof value === 'object' && value !== null && 'safeParse' in value,
  'expected a zod schema',
);
const described = { description: z.string().min(1) };

/** The form of a plugin's default export. It is strict at the top level, so that `method:` in place of `methods:` is an error. */
const pluginSchema = z.strictObject({
  name: z.string().min(1),
  methods: z
    .record(
      z.string(),
      z
        .looseObject({
          ...described,
          options: schema,
          pruner: z.string().optional(),
          wraps: z.string().optional(),
          create: fn,
        })
        .refine(({ pruner, wraps }) => pruner !== undefined || wraps !== undefined, {
          error: 'expected the name of a pruner',
          path: ['pruner'],
        }),
    )
    .optional(),
  networks: z.record(z.string(), z.looseObject({ ...described, options: schema, create: fn })).optional(),
  likelihoods: z
    .record(
      z.string(),
      z.looseObject({ ...described, options: schema, target: z.enum(['class', 'real']), create: fn }),
    )
    .optional(),
  pruners: z
    .record(
      z.string(),
      z.looseObject({
        ...described,
        options: schema,
        granularity: z.enum(['weight', 'unit']).optional(),
        needs: z.array(z.enum(['sigma', 'inclusion', 'unitNoise', 'prior', 'examples'])).optional(),
        create: fn,
      }),
    )
    .optional(),
  procedures: z.record(z.string(), z.looseObject({ ...described, options: schema, create: fn })).optional(),
  datasets: z.record(z.string(), z.looseObject({ ...described, options: schema, load: fn })).optional(),
  samplers: z
    .record(
      z.string(),
      z.looseObject({
        ...described,
        options: schema,
        adaptive: z.boolean(),
        startup: fn.optional(),
        create: fn,
      }),
    )
    .optional(),
  schedulers: z
    .record(
      z.string(),
      z.looseObject({ ...described, options: schema, compares: z.boolean().optional(), create: fn }),
    )
    .optional(),
  executors: z
    .record(
      z.string(),
      z.looseObject({
        ...described,
        options: schema,
        isolation: z.enum(['thread', 'process']).optional(),
        create: fn,
        host: fn.optional(),
      }),
    )
    .optional(),
  stores: z.record(z.string(), z.looseObject({ ...described, options: schema, open: fn })).optional(),
  reporters: z
    .record(
      z.string(),
      z.looseObject({ ...described, options: schema, display: z.boolean().optional(), create: fn }),
    )
    .optional(),
  unknownName: fn.optional(),
  presets: z
    .record(
      z.string(),
      z.looseObject({
        ...described,
        sweep: z.record(z.string(), z.unknown()),
        bandit: z.record(z.string(), z.unknown()).optional(),
      }),
    )
    .optional(),
});

/** @throws BbbError `E_PLUGIN_SHAPE` naming the first thing that is wrong */
export function checkPlugin(specifier: string, exported: unknown): Plugin {
  if (exported === undefined) {
    throw new BbbError('E_PLUGIN_SHAPE', `The plugin "${specifier}" has no default export.`, {
      hint: "End the file with: export default definePlugin({ name: '...', pruners: { ... } });",
    });
  }
  const checked = safeParse(pluginSchema, exported);
  if (!checked.success) {
    throw new BbbError(
      'E_PLUGIN_SHAPE',
      `The default export of the plugin "${specifier}" does not fit: ${z.prettifyError(checked.error)}`,
      {
        hint: 'Export what definePlugin() of @bbb/core returns: TypeScript then checks it.',
      },
    );
  }
  return exported as Plugin;
}
