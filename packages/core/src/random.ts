/**
 * Counter-based random numbers: keys, and what is drawn from them. Import `@bbb/core/random` where draws must be the same on every machine.
 *
 * @packageDocumentation
 */
export { fold, normals, permutation, rootKey, uniform, unitUniform, words } from '@bbb/base';
