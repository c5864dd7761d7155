import { wasmOps, type Operand, type Ops } from '@bbb/kernels';
import { gflops, here, type Contest } from '../contest.js';
import { INPUTS, minibatches, mnist, noise } from '../peers/images.js';

const BATCH = 128;
const OUTPUTS = 400;

/** Measures what skipping zeros saves: the product of the first layer on a batch of MNIST, and on numbers of which a part is zero. */
export async function zerosSuite(): Promise<Contest[]> {
  const strict = await wasmOps();
  const relaxed = await wasmOps({ fastMath: true });
  const x = minibatches(await mnist(BATCH), BATCH)[0]!.x;
  const full = minibatches(noise(BATCH), BATCH)[0]!.x;
  const dense = full.dataSync() as Float32Array;

  const contest = (name: string, a: Operand): Contest => ({
    title: `product [${BATCH}, ${INPUTS}] x [${INPUTS}, ${OUTPUTS}], ${name}`,
    unit: gflops(2 * BATCH * INPUTS * OUTPUTS),
    contenders: [
      here('ours', product(strict, a)),
      here('ours, relaxed', product(relaxed, a)),
      here('no zeros', product(strict, full)),
      here('no zeros, relaxed', product(relaxed, full)),
    ],
  });
  const shares = [0.05, 0.2, 0.4, 0.6, 0.65, 0.7].map((share) => {
    const a = strict.alloc([BATCH, INPUTS]);
    // The zeros have no pattern that a branch predictor could learn.
    strict.write(
      a,
      dense.map((value, i) => ((Math.imul(i, 2654435761) >>> 8) / 2 ** 24 < share ? value : 0)),
    );
    return contest(`${100 * share} % not zero`, a);
  });
  return [contest('a batch of MNIST', x), ...shares];
}

function product(ops: Ops, a: Operand): () => void {
  const [w, out] = [ops.alloc([INPUTS, OUTPUTS]), ops.alloc([BATCH, OUTPUTS])];
  ops.standardNormal(w, [1, 2]);
  return () => ops.matmul(out, a, w);
}
