// An entry of its own: elementary functions with the same bits on every engine.
export { erfc, exp, log, log1p, normalCdf, normalDensity } from '@bbb/base';
