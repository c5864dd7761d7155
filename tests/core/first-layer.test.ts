import { expect, it } from 'vitest';
import { firstLayerReport } from '../../packages/core/src/evaluation/first-layer.js';

it('images of the first layer are scaled between their smallest and largest weight, however many pixels there are', () => {
  const pixels = 400 * 400;
  const mu = Float32Array.from({ length: pixels }, (_, i) => i - 7);
  const spec = { fanIn: pixels, fanOut: 1, inputUnits: pixels };
  const layer = { ...spec, name: 'w', layer: 0, role: 'weight', shape: [pixels, 1], mu } as const;
  const { meanAbsMu, units, kept } = firstLayerReport(layer, [{ share: 0 }]);
  expect([meanAbsMu.low, meanAbsMu.high]).toEqual([0, pixels - 8]);
  expect(units.map(({ unit, mu: image }) => [unit, image.low, image.high])).toEqual([[0, -7, pixels - 8]]);
  const bytes = Buffer.from(units[0]!.mu.bytes, 'base64');
  expect([bytes.length, bytes[0], bytes.at(-1)]).toEqual([pixels, 0, 255]);
  expect(Buffer.from(kept[0]!.image.bytes, 'base64').every((byte) => byte === 255)).toBe(true);
});
