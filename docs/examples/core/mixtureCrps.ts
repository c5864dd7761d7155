import { mixtureCrps } from '@bbb/core';

// Zero for a prediction that is certain and right; here a standard normal, and the target at its mean.
console.log(mixtureCrps({ means: [0], sds: [1] }, 0).toFixed(3)); // 0.234
