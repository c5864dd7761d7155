import { BbbError, shapeText, type Shape } from '@bbb/core';

/** @throws BbbError `E_NETWORK` for what is no image `[height, width, channels]` */
export function imageShape(layer: string, shape: Shape): readonly [number, number, number] {
  if (shape.length === 3) return shape as readonly [number, number, number];
  throw new BbbError(
    'E_NETWORK',
    `The layer "${layer}" takes images, and gets an input of ${shapeText(shape)}.`,
    {
      hint: 'Images have a height, a width and channels. For tables use --network mlp; put convolutions before flatten and dense.',
    },
  );
}
