import { resized, toColour, toGrey } from './convert.js';
import { decodePicture } from './decode.js';

/**
 * Turns a PNG or JPEG file into one example with the size and channels that the network takes. It is resized as the data set `images` does it.
 * @param bytes the content of the file
 * @param path its name, for messages
 * @param shape `[height, width, channels]`, 1 or 3 channels
 * @returns `[height, width, channels]`
 * @throws BbbError `E_DATA_PICTURE_KIND` for another kind of file or transparent pixels, `E_DATA_PICTURE`, `E_DATA_SIZE`
 */
export async function pictureAsInput(
  bytes: Uint8Array,
  path: string,
  [height, width, channels]: readonly [height: number, width: number, channels: number],
): Promise<Uint8Array> {
  const picture = await decodePicture(bytes, path, undefined);
  return resized(channels === 1 ? toGrey(picture) : toColour(picture), height, width).pixels;
}
