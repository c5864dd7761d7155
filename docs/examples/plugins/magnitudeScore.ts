import { magnitudeScore } from '@bbb/plugins';

console.log([...magnitudeScore(Float32Array.of(0.5, -2))].join(' ')); // 0.5 2
