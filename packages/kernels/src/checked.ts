import { checkedElementwise } from './checked-elementwise.js';
import { checkedImages } from './checked-images.js';
import { checkedLayers, checkedSoftmax } from './checked-layers.js';
import { checkedCosts, checkedPosteriors } from './checked-posteriors.js';
import { expectSize, fail, sameSize } from './checks.js';
import type { Ops } from './ops.js';
import { sizeOf } from './size.js';

/** The same ops; operands whose shapes do not fit throw `KERNEL_SHAPE` before anything is written. */
export function checked(ops: Ops): Ops {
  return {
    ...ops,
    ...checkedLayers(ops),
    ...checkedSoftmax(ops),
    ...checkedImages(ops),
    ...checkedElementwise(ops),
    ...checkedPosteriors(ops),
    ...checkedCosts(ops),
    write(x, values) {
      expectSize('write', x, values.length);
      ops.write(x, values);
    },
    copy(out, x) {
      sameSize('copy', out, x);
      ops.copy(out, x);
    },
    fillWhereZero(x, keep, value) {
      expectSize('fillWhereZero', x, keep.length);
      ops.fillWhereZero(x, keep, value);
    },
    gatherPixels(out, images, rows, divisor) {
      const pixels = sizeOf(out.shape) / rows.length;
      const count = images.length / pixels;
      if (rows.length > 0 && (out.shape[0] !== rows.length || !Number.isInteger(count)))
        fail(
          `gatherPixels got ${images.length} bytes of images, ${rows.length} rows and an output of [${out.shape.join(', ')}]. ` +
            'Expected an output of [rows, pixels] and whole images.',
        );
      for (let r = 0; r < rows.length; r++) {
        const row = rows[r]!;
        if (!(row >= 0 && row < count)) fail(`gatherPixels got row ${row}. Expected 0 to ${count - 1}.`);
      }
      ops.gatherPixels(out, images, rows, divisor);
    },
  };
}
