/** Exchanges the rows and columns of each image, into new shared memory. EMNIST is stored that way. */
export function transposed(images: Uint8Array, rows: number, cols: number): Uint8Array {
  const turned = new Uint8Array(new SharedArrayBuffer(images.length));
  const pixels = rows * cols;
  for (let start = 0; start < images.length; start += pixels) {
    for (let row = 0; row < rows; row++) {
      for (let col = 0; col < cols; col++)
        turned[start + col * rows + row] = images[start + row * cols + col]!;
    }
  }
  return turned;
}

/** Numbers of classes of EMNIST's splits of letters: letters (26, or 27 with an empty one), balanced, by class. */
const EMNIST_CLASSES: ReadonlySet<number> = new Set([26, 27, 47, 62]);

/** Whether a set is EMNIST by its names, or looks like it by its size. */
export function looksTransposed(
  names: readonly string[],
  { rows, cols, classes }: { readonly rows: number; readonly cols: number; readonly classes: number },
): boolean {
  const small = rows === 28 && cols === 28;
  return names.some((name) => /emnist/i.test(name)) || (small && EMNIST_CLASSES.has(classes));
}
