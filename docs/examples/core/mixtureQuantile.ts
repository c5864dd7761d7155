import { mixtureQuantile } from '@bbb/core';

// The prediction of two draws together: the median, and the upper end of the central 95 % interval.
const mixture = { means: [0, 2], sds: [1, 1] };

console.log(mixtureQuantile(mixture, 0.5).toFixed(2)); // 1.00
console.log(mixtureQuantile(mixture, 0.975) > 2); // true
