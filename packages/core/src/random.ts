// An entry of its own: keys, and what is drawn from them.
export { fold, normals, permutation, rootKey, uniform, unitUniform, words } from '@bbb/base';
