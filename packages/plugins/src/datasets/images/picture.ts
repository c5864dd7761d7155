/** What a picture's header says, before anything of its size is allocated. */
export interface PictureInfo {
  readonly width: number;
  readonly height: number;
}

/** Bytes, `[height, width, channels]`: 1 channel is grey, 3 are red, green, blue. */
export interface Picture extends PictureInfo {
  readonly channels: 1 | 3;
  readonly pixels: Uint8Array;
}

/** What transparent pixels lie on; undefined: pictures with any are refused. */
export type Background = 'white' | 'black' | undefined;

/** Pictures of more pixels are refused: a few bytes can announce billions. */
export const MOST_PIXELS = 67_108_864;
