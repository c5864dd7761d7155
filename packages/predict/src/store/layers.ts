import { BbbError } from '@bbb/base';
import { convGeometry, poolGeometry, type PoolGeometry } from '@bbb/kernels/parts';
import type { Architecture, Layer } from '@bbb/core';
import type { StoredLayer, Windows } from '../format/model.js';

/**
 * The layers of a network as a model file describes them.
 * @throws BbbError `E_EXPORT` for a layer that `@bbb/predict` does not know
 */
export function storedLayers({ layers }: Architecture): StoredLayer[] {
  return layers.map(storedLayer);
}

function storedLayer({ kind, outShape, geometry }: Layer): StoredLayer {
  switch (kind) {
    case 'dense':
      return { kind, units: outShape[0]! };
    case 'relu':
    case 'tanh':
    case 'flatten':
      return { kind };
    case 'conv2d':
      if (geometry) return { kind, filters: geometry.output[2], ...windowsOf(geometry, geometry.output[2]) };
      break;
    case 'max-pool':
    case 'average-pool':
      if (geometry) return { kind, ...windowsOf(geometry) };
      break;
  }
  throw new BbbError('E_EXPORT', `A model file can't hold the layer "${kind}".`, {
    hint: 'It holds dense, conv2d, max-pool, average-pool, flatten, relu and tanh; predict with bbb evaluate, or with @bbb/core.',
  });
}

/** Finds the padding that gives this geometry. */
function windowsOf(geometry: PoolGeometry, filters?: number): Windows {
  const { input, window, stride } = geometry;
  for (const padding of ['valid', 'same'] as const) {
    const options = { input, window, stride, padding };
    const same = (made: PoolGeometry): boolean =>
      made.output.join() === geometry.output.join() && made.before.join() === geometry.before.join();
    // Without padding, a window can't be larger than its image.
    if (padding === 'valid' && (window[0] > input[0] || window[1] > input[1])) continue;
    if (same(filters === undefined ? poolGeometry(options) : convGeometry({ ...options, filters })))
      return { window, stride, padding };
  }
  throw new BbbError('E_EXPORT', 'A model file can hold the paddings "valid" and "same" only.', {
    hint: 'Use one of the two in the network.',
  });
}
