import { snrScore } from '@bbb/plugins';

// abs(mu) / sigma: a small weight with a small sigma may be kept, a larger one with a large sigma may be removed.
const scores = snrScore(Float32Array.of(0.5, -2), Float32Array.of(0.1, 1));

console.log([...scores].map((score) => score.toFixed(1)).join(' ')); // 5.0 2.0
