import { backend_util } from '@tensorflow/tfjs-core';
import type { ConvGeometry, PoolGeometry } from '../../geometry.js';
import type { KernelParams } from './override.js';

type Pair = [number, number];
type Four = [number, number, number, number];
type Pad = Parameters<typeof backend_util.computeConv2DInfo>[4];

/** The geometry of a convolution from tfjs's attributes. Undefined for dilations and channels first, which tfjs does. */
export function convolutionOf(
  { attrs = {} }: KernelParams,
  x: number[],
  filter: number[],
): ConvGeometry | undefined {
  const { strides, pad, dilations, dataFormat, dimRoundingMode } = attrs;
  if (dataFormat !== undefined && dataFormat !== 'NHWC') return undefined;
  if (!isOne(dilations)) return undefined;
  const info = backend_util.computeConv2DInfo(
    x as Four,
    filter as Four,
    strides as Pair,
    1,
    pad as Pad,
    dimRoundingMode as 'floor' | 'round' | 'ceil' | undefined,
  );
  if (info.inChannels !== filter[2]) return undefined;
  return windowsOf(info);
}

/** The geometry of a pool from tfjs's attributes. Undefined if a window lies completely outside the image. */
export function poolOf({ attrs = {} }: KernelParams, x: number[]): PoolGeometry | undefined {
  const { filterSize, strides, pad, dimRoundingMode } = attrs;
  const info = backend_util.computePool2DInfo(
    x as Four,
    filterSize as Pair,
    strides as Pair,
    1,
    pad as Pad,
    dimRoundingMode as 'floor' | 'round' | 'ceil' | undefined,
  );
  const geometry = windowsOf(info);
  if (!geometry) return undefined;
  const { input, window, stride, before, output } = geometry;
  const inside = [0, 1].every(
    (axis) =>
      before[axis]! < window[axis]! && (output[axis]! - 1) * stride[axis]! - before[axis]! < input[axis]!,
  );
  return inside ? geometry : undefined;
}

/** The geometry, also of pools, for which the filters are ignored. Undefined for empty images. */
function windowsOf(info: backend_util.Conv2DInfo): ConvGeometry | undefined {
  const { inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, padInfo } = info;
  if (!(inHeight * inWidth * inChannels > 0 && outHeight > 0 && outWidth > 0 && outChannels > 0))
    return undefined;
  return {
    input: [inHeight, inWidth, inChannels],
    window: [info.filterHeight, info.filterWidth],
    stride: [info.strideHeight, info.strideWidth],
    before: [padInfo.top, padInfo.left],
    output: [outHeight, outWidth, outChannels],
    filter: [info.filterHeight, info.filterWidth, inChannels, outChannels],
  };
}

/** Dilations of 1, as a number, a pair or by default. */
const isOne = (dilations: unknown): boolean =>
  dilations === undefined ||
  dilations === 1 ||
  (Array.isArray(dilations) && dilations.every((dilation) => dilation === 1));
