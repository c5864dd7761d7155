import { otherKind } from './errors.js';
import type { Background, Picture, PictureInfo } from './picture.js';

/**
 * Removes the alpha channel of a picture with 1 to 4 values for each pixel (grey, grey and alpha, colour, colour and alpha).
 * @throws BbbError `E_DATA_PICTURE_KIND` for transparent pixels if the background is not known
 */
export function withoutAlpha(
  { values, channels }: { readonly values: Uint8Array; readonly channels: number },
  { width, height }: PictureInfo,
  background: Background,
  path: string,
): Picture {
  if (channels === 1 || channels === 3) return { width, height, channels, pixels: values };
  const kept = channels === 4 ? 3 : 1;
  const behind = background === 'white' ? 255 : 0;
  const pixels = new Uint8Array(width * height * kept);
  for (let i = 0; i < width * height; i++) {
    const alpha = values[i * channels + kept]!;
    if (alpha !== 255 && background === undefined) {
      throw otherKind(
        path,
        `has transparent pixels (row ${Math.floor(i / width)}, column ${i % width}, counted from 0)`,
        'Say what lies behind them: --dataset-option background=white (or black).',
      );
    }
    for (let c = 0; c < kept; c++) {
      // Rounds to the nearest whole number in integer arithmetic, so the bytes are the same on every machine.
      const over = values[i * channels + c]! * alpha + behind * (255 - alpha);
      pixels[i * kept + c] = Math.floor((over + 127) / 255);
    }
  }
  return { width, height, channels: kept, pixels };
}
