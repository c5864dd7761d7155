import type { Dataset, LabelledImages } from 'mnist-data-loader';

/** What one part of a data set holds. Plain JSON. */
export interface PartSummary {
  readonly images: number;
  /** Images of each class, from class 0 to the last one. */
  readonly byClass: readonly number[];
  /** Smallest and largest pixel, 0 to 255; absent where there are no images. */
  readonly pixels?: readonly [number, number];
}

/** What a data set holds, for those who do not have its images at hand. Plain JSON. */
export interface DataSummary {
  readonly name: string;
  readonly rows: number;
  readonly cols: number;
  readonly classes: number;
  readonly train: PartSummary;
  readonly test: PartSummary;
}

/** Looks at every label and every pixel once. */
export function summarise({ name, rows, cols, classes, train, test }: Dataset): DataSummary {
  return {
    name,
    rows,
    cols,
    classes,
    train: summariseOne(train, classes),
    test: summariseOne(test, classes),
  };
}

function summariseOne({ images, labels, count }: LabelledImages, classes: number): PartSummary {
  const byClass = countByClass(labels, classes);
  return images.length === 0 ? { images: count, byClass } : { images: count, byClass, pixels: range(images) };
}

export function countByClass(labels: Uint8Array, classes: number): number[] {
  const counts = Array.from({ length: classes }, () => 0);
  for (const label of labels) counts[label]!++;
  return counts;
}

function range(pixels: Uint8Array): [number, number] {
  let low = 255;
  let high = 0;
  for (let i = 0; i < pixels.length && (low > 0 || high < 255); i++) {
    const pixel = pixels[i]!;
    if (pixel < low) low = pixel;
    if (pixel > high) high = pixel;
  }
  return [low, high];
}
