/**
 * The parts that training and prediction share, without tfjs, schemas or files: errors with codes, random numbers by key, functions with the
 * same bits on every engine (`exp`, `log`, the normal distribution), and the predictions of many draws together.
 *
 * Plugins import from `@bbb/core`, which exports what they need from here. Import this package where core is too large, as `@bbb/predict` does,
 * and `@bbb/base/errors` for {@link BbbError} alone.
 *
 * @packageDocumentation
 */
export * from './errors.js';
export * from './suggest.js';
export * from './math/exp.js';
export * from './math/exp-each.js';
export * from './math/log.js';
export * from './math/log1p.js';
export * from './math/normal.js';
export * from './random/draw.js';
export * from './random/key.js';
export * from './predictive/log-softmax.js';
export * from './predictive/mixture.js';
export * from './predictive/shape.js';
export * from './predictive/uncertainty.js';
