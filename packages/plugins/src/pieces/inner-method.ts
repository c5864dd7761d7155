import { BbbError, useSchema, type MadeMethod, type MethodContext, type Use } from '@bbb/core';

/**
 * The option of a method that wraps another: which one. The definition names it in `wraps`.
 * @param does what is done to it, e.g. `Which method every member is trained by`
 */
export function methodOption(does: string) {
  // A grid may set one of its options and leave the rest.
  return useSchema
    .extend({ use: useSchema.shape.use.default('sgd') })
    .default({ use: 'sgd', options: {} })
    .describe(`${does}, with its options: { use, options }. Default: sgd.`);
}

/** The method that another is made of, on the same architecture, likelihood, ops and optimiser. */
export function innerMethod({ method }: MethodContext, use: Use): MadeMethod {
  if (method) return method(use);
  throw new BbbError('E_METHOD', `There is no way to make the method "${use.use}" here.`, {
    hint: 'Give the context a method(use) that makes one: openTrial() of @bbb/core does.',
  });
}
