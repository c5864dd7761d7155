import type { TrainingOptions } from '../training/training-options.js';
import type { Architecture } from '../network/architecture.js';
import { BbbError } from '../errors.js';
import type { PosteriorPart } from '../prune/pruner.js';
import { useSchema, type Use } from './use.js';
import type { MadeMethod, Method, MethodContext } from './definition.js';
import { parseOptions } from './options.js';
import type { Registry } from './registry.js';
import { checkedMethod } from './returned/index.js';

/** A method with its options. If it wraps another one, that one provides what it does not say itself. */
export interface ResolvedMethod {
  /** With all defaults filled in, also those of inner methods. */
  readonly use: Use;
  readonly training: Partial<TrainingOptions>;
  /** The default criterion. */
  readonly pruner: string;
  /** Whether its posterior has standard deviations. */
  readonly hasSigma: boolean;
  /** What else its posterior has. */
  readonly has: readonly PosteriorPart[];
}

/**
 * The properties of a method with its options, without making the method.
 * @param use name of the method, and its options
 * @param registry the contributions of all plugins
 * @throws BbbError `E_UNKNOWN_NAME`, `E_OPTIONS`; `E_METHOD` for a method that has neither a criterion nor an inner method
 */
export function resolveMethod({ use, options }: Use, registry: Registry): ResolvedMethod {
  const method = registry.get('methods', use);
  const parsed = parseOptions(use, method.options, options) as Use['options'];
  const inner = innerOf(use, method, parsed);
  const inside = inner && resolveMethod(inner, registry);
  const pruner = method.pruner ?? inside?.pruner;
  if (pruner === undefined) {
    throw new BbbError(
      'E_METHOD',
      `The method "${use}" has no default pruner, and wraps no method that has one.`,
      {
        hint: 'Give it the name of a pruner, e.g. pruner: "magnitude".',
      },
    );
  }
  const needsSigma = (name: string): boolean => registry.get('pruners', name).needsSigma ?? false;
  return {
    use: { use, options: inside ? { ...parsed, [method.wraps!]: inside.use } : parsed },
    training: { ...inside?.training, ...method.training },
    pruner,
    has: method.has ?? inside?.has ?? [],
    hasSigma: method.hasSigma ?? (method.pruner === undefined ? inside!.hasSigma : needsSigma(pruner)),
  };
}

/**
 * The names of a method and of the methods inside it.
 * @param use name of the method, and its options
 * @param registry the contributions of all plugins
 */
export function methodNames({ use, options }: Use, registry: Registry): string[] {
  const method = registry.get('methods', use);
  const parsed =
    method.wraps === undefined ? {} : (parseOptions(use, method.options, options) as Use['options']);
  const inner = innerOf(use, method, parsed);
  return [use, ...(inner ? methodNames(inner, registry) : [])];
}

function innerOf(use: string, { wraps }: Method, options: Use['options']): Use | undefined {
  return wraps === undefined ? undefined : parseOptions(use, useSchema, options[wraps]);
}

/**
 * Makes a method. With its context it can make other methods on the same architecture and likelihood.
 * @param use name of the method, and its options
 * @param context ops, architecture, likelihood, optimiser, ...
 * @param registry the contributions of all plugins
 * @throws BbbError `E_UNKNOWN_NAME`, `E_OPTIONS`, `E_METHOD`, and what the method throws
 */
export function makeMethod(
  { use, options }: Use,
  context: Omit<MethodContext, 'method'> & { readonly architecture: Architecture },
  registry: Pick<Registry, 'get'>,
): MadeMethod {
  const method = registry.get('methods', use);
  const whole: MethodContext = { ...context, method: (of) => makeMethod(of, context, registry) };
  const made = method.create(parseOptions(use, method.options, options), whole);
  return checkedMethod(use, context.architecture, made);
}
