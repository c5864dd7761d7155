import { mixtureQuantile } from '@bbb/core';

// What two draws predict together: the median, and the end of the central 95 % interval.
const mixture = { means: [0, 2], sds: [1, 1] };

console.log(mixtureQuantile(mixture, 0.5).toFixed(2)); // 1.00
console.log(mixtureQuantile(mixture, 0.975) > 2); // true
