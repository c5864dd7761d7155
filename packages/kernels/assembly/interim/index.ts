export { standardNormal, sampleGaussian, gaussianGradients, updateGaussian } from './fused/gaussian';
export { updatePoint } from './fused/point';
export { sumRows, reluBackward, dropout, pixels } from './fused/layers';
export { softmaxRows, crossEntropyRows, correct } from './fused/softmax';
import { softplusLanes } from './math/softplus';
/** blocks of 16 */
export function softplusBlocks(out: usize, x: usize, blocks: i32): void {
  const bytes = <usize>blocks << 6;
  for (let i: usize = 0; i < bytes; i += 16) v128.store(out + i, softplusLanes(v128.load(x + i)));
}
