import { Geometry, imageBytes, spanBytes, spanHeight, spanWidth } from './geometry';

/** Copies the area that the windows cover of `count` images. It is zero outside the images, so no window needs a test for the border. */
export function pad(to: usize, x: usize, count: i32, g: Geometry): void {
  memory.fill(to, 0, <usize>count * spanBytes(g));
  for (let i = 0; i < count; i++) {
    copyShared(to, x, g, true);
    to += spanBytes(g);
    x += imageBytes(g);
  }
}

/** The reverse of {@link pad} for one gradient: copies it from the padded image. Pixels that no window covers get 0. */
export function crop(image: usize, padded: usize, g: Geometry): void {
  memory.fill(image, 0, imageBytes(g));
  copyShared(padded, image, g, false);
}

/** Copies the pixels that an image and its padded form share, from the image or to it. */
function copyShared(padded: usize, image: usize, g: Geometry, toPadded: bool): void {
  const pixel = <usize>g.channels << 2;
  // 0 or less if all windows lie before the image.
  const rows = min(g.height, spanHeight(g) - g.beforeY), columns = max(0, min(g.width, spanWidth(g) - g.beforeX));
  const paddedRow = <usize>spanWidth(g) * pixel, imageRow = <usize>g.width * pixel;
  padded += <usize>g.beforeY * paddedRow + <usize>g.beforeX * pixel;
  for (let y = 0; y < rows; y++) {
    if (toPadded) memory.copy(padded, image, <usize>columns * pixel);
    else memory.copy(image, padded, <usize>columns * pixel);
    padded += paddedRow;
    image += imageRow;
  }
}
