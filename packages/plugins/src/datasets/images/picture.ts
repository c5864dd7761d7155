/** The size of a picture, from its header. It is checked before any memory for the pixels is allocated. */
export interface PictureInfo {
  readonly width: number;
  readonly height: number;
}

/** Bytes, `[height, width, channels]`: 1 channel is grey, 3 are red, green, blue. */
export interface Picture extends PictureInfo {
  readonly channels: 1 | 3;
  readonly pixels: Uint8Array;
}

/** The colour behind transparent pixels. Undefined: pictures with transparent pixels are refused. */
export type Background = 'white' | 'black' | undefined;

/** Pictures with more pixels are refused, because a header of a few bytes can announce billions of pixels. */
export const MOST_PIXELS = 67_108_864;
