import { BbbError, shapeText, type Shape } from '@bbb/core';
import { KernelError } from '@bbb/kernels';

type ImageShape = readonly [height: number, width: number, channels: number];

/**
 * The geometry of windows over an image.
 * @throws BbbError `E_NETWORK` for an input that is not an image `[height, width, channels]`, and for windows larger than the image
 */
export function windowsOver<Geometry>(
  layer: string,
  inShape: Shape,
  geometry: (input: ImageShape) => Geometry,
): Geometry {
  const input = imageShape(layer, inShape);
  try {
    return geometry(input);
  } catch (cause) {
    if (!(cause instanceof KernelError && cause.code === 'KERNEL_GEOMETRY')) throw cause;
    throw new BbbError(
      'E_NETWORK',
      `The layer "${layer}" does not fit its input of ${shapeText(inShape)}: ${cause.message}`,
      { hint: 'The input shape of a layer is the output shape of the layer before it.', cause },
    );
  }
}

function imageShape(layer: string, shape: Shape): ImageShape {
  if (shape.length === 3) return shape as ImageShape;
  throw new BbbError(
    'E_NETWORK',
    `The layer "${layer}" takes images, but gets inputs of shape ${shapeText(shape)}.`,
    {
      hint: 'Images have a height, a width and channels. For tables use --network mlp; put convolutions before flatten and dense.',
    },
  );
}
