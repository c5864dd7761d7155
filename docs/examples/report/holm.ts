import { holm } from '@bbb/report';

// The smallest of three p-values counts three times, the next one twice.
console.log(
  holm([0.01, 0.04, 0.03])
    .map((p) => p.toFixed(2))
    .join(' '),
); // 0.03 0.06 0.06
