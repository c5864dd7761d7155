import { estimate, halfWidth } from '@bbb/report';

// Accuracies over five seeds, in percent: the mean and half of the 95 % confidence interval.
const found = estimate([97.4, 97.6, 97.5, 97.3, 97.7])!;

console.log(`${found.mean.toFixed(2)} ± ${halfWidth(found)!.toFixed(2)}`); // 97.50 ± 0.20
