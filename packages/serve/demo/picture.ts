/** Bright ink on black, one byte for each pixel, as in the training data. */
export type Pixels = Uint8Array;

/** Digits of MNIST fill 20 of 28 pixels, and have their centre of mass in the middle. */
const FILLED = 20 / 28;

/**
 * Turns a drawing into an image like those of the training set: scales the ink to the same part of the image, and moves its centre of
 * mass to the middle.
 * @param ink amount of ink in each pixel, 0 to 255
 * @returns undefined if the drawing is empty
 */
export function fitted(ink: ImageData, rows: number, cols: number): Pixels | undefined {
  const box = boxOf(ink);
  if (!box) return undefined;
  const scale = (FILLED * Math.min(rows, cols)) / Math.max(box.width, box.height);
  const small = canvasOf(cols, rows);
  const drawn = small.getContext('2d', { willReadFrequently: true })!;
  const source = canvasOf(ink.width, ink.height);
  source.getContext('2d')!.putImageData(ink, 0, 0);
  const { x, y } = centreOf(ink);
  drawn.fillStyle = '#000';
  drawn.fillRect(0, 0, cols, rows);
  drawn.imageSmoothingQuality = 'high';
  drawn.setTransform(scale, 0, 0, scale, cols / 2 - scale * x, rows / 2 - scale * y);
  drawn.drawImage(source, 0, 0);
  return levelsOf(drawn.getImageData(0, 0, cols, rows));
}

/** Brightness of each pixel, 0 to 255. */
export function levelsOf({ data }: ImageData): Pixels {
  return Uint8Array.from({ length: data.length / 4 }, (_, i) =>
    Math.round(0.299 * data[4 * i]! + 0.587 * data[4 * i + 1]! + 0.114 * data[4 * i + 2]!),
  );
}

/** Turns an image into bright ink on black. The ink may be darker or brighter than the paper, whose brightness is that of the image's border. */
export function inkOf(image: ImageData): ImageData {
  const levels = levelsOf(image);
  const edge = borderMean(levels, image.width, image.height);
  const ink = new ImageData(image.width, image.height);
  levels.forEach((level, i) => {
    const value = edge > 127 ? 255 - level : level;
    ink.data.set([value, value, value, 255], 4 * i);
  });
  return ink;
}

/** Draws pixels into a canvas of their size. */
export function show(canvas: HTMLCanvasElement, pixels: Pixels, rows: number, cols: number): void {
  canvas.width = cols;
  canvas.height = rows;
  const image = new ImageData(cols, rows);
  pixels.forEach((value, i) => image.data.set([value, value, value, 255], 4 * i));
  canvas.getContext('2d')!.putImageData(image, 0, 0);
}

function canvasOf(width: number, height: number): HTMLCanvasElement {
  return Object.assign(document.createElement('canvas'), { width, height });
}

/** Pixels fainter than this count as paper, because a photograph has no pure black. */
const FAINT = 64;

function boxOf({ data, width, height }: ImageData): { width: number; height: number } | undefined {
  let [left, right, top, bottom] = [width, -1, height, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (data[4 * (y * width + x)]! < FAINT) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
  }
  return right < left ? undefined : { width: right - left + 1, height: bottom - top + 1 };
}

function centreOf({ data, width, height }: ImageData): { x: number; y: number } {
  let [mass, x, y] = [0, 0, 0];
  for (let i = 0; i < width * height; i++) {
    const value = data[4 * i]! < FAINT ? 0 : data[4 * i]!;
    mass += value;
    x += value * ((i % width) + 0.5);
    y += value * (Math.floor(i / width) + 0.5);
  }
  return { x: x / mass, y: y / mass };
}

function borderMean(levels: Pixels, width: number, height: number): number {
  const edge = levels.filter((_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return x === 0 || y === 0 || x === width - 1 || y === height - 1;
  });
  return edge.reduce((a, b) => a + b, 0) / edge.length;
}
