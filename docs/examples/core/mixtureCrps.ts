import { mixtureCrps } from '@bbb/core';

// It is zero for a prediction that is certain and right. Here: a standard normal, with the target at its mean.
console.log(mixtureCrps({ means: [0], sds: [1] }, 0).toFixed(3)); // 0.234
