import { BLOCK, buffer } from '../workspace';
import { sampleBlock } from './estimators';

/*
 * Draws of a dense layer's weights, [inputs, outputs]. If an input is 0 in all examples of a minibatch, its weights have no effect and need
 * no draw. Normals are computed in groups of 16, so a group is skipped if none of its weights has an effect.
 */

const GROUP_BLOCK: i32 = BLOCK >> 4;
/** All bits of a float but its sign. They are 0 for 0 and for -0. */
const MAGNITUDE: i32 = 0x7fffffff;
const STRIP: i32 = 16;

/** used[g] = 0 if all of the weights [16 g, 16 g + 16) belong to inputs whose column of x [examples, inputs] is 0, else 1. */
export function usedGroups(used: usize, x: usize, examples: i32, inputs: i32, outputs: i32): void {
  memory.fill(used, 0, (inputs * outputs + 15) >> 4);
  const row = <usize>inputs << 2, end = x + <usize>examples * row;
  let input = 0;
  for (; input + STRIP <= inputs; input += STRIP) {
    bitsOfStrip(buffer(0), x + (<usize>input << 2), end, row);
    for (let i = 0; i < STRIP; i++) {
      if (load<i32>(buffer(0) + (<usize>i << 2)) & MAGNITUDE) markInput(used, input + i, outputs);
    }
  }
  for (; input < inputs; input++) {
    let bits = 0;
    for (let p = x + (<usize>input << 2); p < end; p += row) bits |= load<i32>(p);
    if (bits & MAGNITUDE) markInput(used, input, outputs);
  }
}

/** The bitwise OR over the rows, for each of 16 columns. */
function bitsOfStrip(bits: usize, p: usize, end: usize, row: usize): void {
  let b0 = i32x4.splat(0), b1 = b0, b2 = b0, b3 = b0;
  for (; p < end; p += row) {
    b0 = v128.or(b0, v128.load(p));
    b1 = v128.or(b1, v128.load(p, 16));
    b2 = v128.or(b2, v128.load(p, 32));
    b3 = v128.or(b3, v128.load(p, 48));
  }
  v128.store(bits, b0);
  v128.store(bits, b1, 16);
  v128.store(bits, b2, 32);
  v128.store(bits, b3, 48);
}

function markInput(used: usize, input: i32, outputs: i32): void {
  const first = (input * outputs) >> 4, last = ((input + 1) * outputs - 1) >> 4;
  memory.fill(used + first, 1, last - first + 1);
}

/** out = mean + sqrt(variance) epsilon in groups that are used, and mean in the others. */
export function sampleWeights(out: usize, mean: usize, variance: usize, used: usize, n: i32, key0: u32, key1: u32): void {
  const groups = (n + 15) >> 4;
  for (let g = 0; g < groups; ) {
    const first = g << 4, at = <usize>first << 2;
    const draws = load<u8>(used + g);
    g = endOfRun(used, g, min(groups, g + GROUP_BLOCK), draws);
    const count = min(n, g << 4) - first;
    if (!draws) memory.copy(out + at, mean + at, <usize>count << 2);
    else sampleBlock(out + at, mean + at, variance + at, count, first, key0, key1);
  }
}

/** The first index from `from` on whose byte is not `value`; `end` if there is none before it. Bytes are 0 or 1. */
function endOfRun(bytes: usize, from: i32, end: i32, value: u8): i32 {
  const eight = <u64>value * 0x0101010101010101;
  while (from + 8 <= end && load<u64>(bytes + from) == eight) from += 8;
  while (from < end && load<u8>(bytes + from) == value) from++;
  return from;
}
