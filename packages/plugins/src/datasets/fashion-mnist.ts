import { published } from './known.js';

export const fashionMnist = published(
  'fashion-mnist',
  'Articles of clothing, 60,000 + 10,000 images of 28 x 28. From --data-dir, a Debian package or a download.',
);
