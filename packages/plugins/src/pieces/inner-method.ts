import { BbbError, useSchema, type MadeMethod, type MethodContext, type Use } from '@bbb/core';

/**
 * The option of a method that wraps another one: it names the inner method. The definition names this option in `wraps`.
 * @param does description, e.g. `Which method every member is trained by`
 */
export function methodOption(does: string) {
  // A grid may set only one of the options of the inner method.
  return useSchema
    .extend({ use: useSchema.shape.use.default('sgd') })
    .default({ use: 'sgd', options: {} })
    .describe(`${does}, with its options: { use, options }. Default: sgd.`);
}

/**
 * Makes the inner method, with the same architecture, likelihood, ops and optimiser.
 *
 * @param context of the wrapper
 * @param use name and options of the inner method
 */
export function innerMethod({ method }: MethodContext, use: Use): MadeMethod {
  if (method) return method(use);
  throw new BbbError(
    'E_METHOD',
    `The context has no method(use), so the method "${use.use}" can't be made.`,
    {
      hint: 'Create methods with openTrial() of @bbb/core, which gives the context method(use).',
    },
  );
}
