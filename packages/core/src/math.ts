/**
 * Elementary functions and the normal distribution, with the same bits on every engine. Import `@bbb/core/math` on numeric paths in place of
 * `Math.exp`, `Math.log` and the like, whose last bits differ.
 *
 * @packageDocumentation
 */
export { erfc, exp, log, log1p, normalCdf, normalDensity } from '@bbb/base';
