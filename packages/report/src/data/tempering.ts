import type { Trial } from '@bbb/core';
import { methodInside } from './wrapped.js';

/**
 * How a variational method changes its KL, if it does: "KL x 0.1 (cold)", "KL warm-up 10 epochs". This works for any method that
 * has the options `klWeight` and `klWarmUp`. For a method that wraps another one, it uses the options of the inner method.
 */
export function temperingOf({ options }: Trial['method']): string[] {
  const { klWeight, klWarmUp } = innermost(options);
  return [
    ...(typeof klWeight === 'number' && klWeight !== 1 ? [`KL x ${klWeight} (${wordOf(klWeight)})`] : []),
    ...(typeof klWarmUp === 'number' && klWarmUp > 0
      ? [`KL warm-up ${klWarmUp} ${klWarmUp === 1 ? 'epoch' : 'epochs'}`]
      : []),
  ];
}

export function isTempering(option: string): boolean {
  return option === 'klWeight' || option === 'klWarmUp';
}

/** The weight of a trial's KL. Default: 1. */
export function klWeightOf({ options }: Trial['method']): number {
  const { klWeight } = innermost(options);
  return typeof klWeight === 'number' ? klWeight : 1;
}

export function wordOf(klWeight: number): string {
  return klWeight < 1 ? 'cold' : 'warm';
}

type Options = Trial['method']['options'];

/** The options of the innermost method. */
function innermost(options: Options): Options {
  const inside = methodInside(options);
  return inside ? innermost(inside.options) : options;
}
