import { published } from './known.js';

export const mnist = published(
  'mnist',
  'Handwritten digits, 60,000 + 10,000 images of 28 x 28. Comes with bbb.',
);
