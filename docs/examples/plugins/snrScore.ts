import { snrScore } from '@bbb/plugins';

// abs(mu) / sigma: a small weight that is certain may stay, a larger one that is not may go.
const scores = snrScore(Float32Array.of(0.5, -2), Float32Array.of(0.1, 1));

console.log([...scores].map((score) => score.toFixed(1)).join(' ')); // 5.0 2.0
