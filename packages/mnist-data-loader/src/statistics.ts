/**
 * Mean and (population) standard deviation of pixels as fractions of 255. Exact up to the last division: sums of bytes
 * and of their squares are whole numbers below 2^53.
 */
export function pixelStatistics(pixels: Uint8Array): { readonly mean: number; readonly std: number } {
  const counts = new Uint32Array(256);
  for (let i = 0; i < pixels.length; i++) counts[pixels[i]!]!++;
  const sum = counts.reduce((total, count, value) => total + count * value, 0);
  const squares = counts.reduce((total, count, value) => total + count * value * value, 0);
  const mean = sum / pixels.length;
  return { mean: mean / 255, std: Math.sqrt(squares / pixels.length - mean * mean) / 255 };
}
