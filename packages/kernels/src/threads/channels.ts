import type { FusedExports } from '../wasm/fused-exports.js';
import { isSmall, partSize, PARTS } from './size.js';
import type { Argument, Team } from './team.js';

type Channels = Pick<FusedExports, 'dropoutChannels' | 'multiplySignsOfChannels' | 'concreteMaskOfChannels'>;

/** Approximate nanoseconds for one element. */
const COST = 0.5;
/** A part begins at a multiple of this number of examples. Then its random words begin with a group of 16, for any number of channels. */
const EXAMPLES = 16;

/** Random numbers for every channel of an example: a part is some examples. */
export function channels(run: Channels, team: Team): Channels {
  const perExamples = (
    kernel: keyof Channels,
    arrays: readonly number[],
    [examples, positions, width]: readonly [number, number, number],
    rest: readonly Argument[],
    words: number,
  ): void => {
    const size = partSize(examples, PARTS * team.count, EXAMPLES);
    const args: Argument[] = arrays.map((at) => [at, 4 * size * positions * width]);
    team.run({
      kernel,
      parts: Math.ceil(examples / size),
      args: [...args, [examples, size], positions, width, ...rest, [words, 4 * size * width]],
      size: arrays.length,
      stream: (size * width) / 16,
    });
  };
  const small = (...sizes: readonly number[]): boolean =>
    isSmall(
      team,
      sizes.reduce((a, b) => a * b, COST),
    ) || sizes[0]! <= EXAMPLES;
  return {
    dropoutChannels(out, x, examples, positions, width, ...[key0, key1, threshold, scale, words]) {
      if (small(examples, positions, width))
        return run.dropoutChannels(out, x, examples, positions, width, key0, key1, threshold, scale, words);
      const rest = [key0, key1, threshold, scale];
      perExamples('dropoutChannels', [out, x], [examples, positions, width], rest, words);
    },
    multiplySignsOfChannels(out, x, examples, positions, width, ...[key0, key1, accumulate, words]) {
      if (small(examples, positions, width))
        return run.multiplySignsOfChannels(out, x, examples, positions, width, key0, key1, accumulate, words);
      const rest = [key0, key1, Number(accumulate)];
      perExamples('multiplySignsOfChannels', [out, x], [examples, positions, width], rest, words);
    },
    concreteMaskOfChannels(out, examples, positions, width, ...[key0, key1, logit, inverse, scale, work]) {
      if (small(examples, positions, width))
        return run.concreteMaskOfChannels(
          out,
          examples,
          positions,
          width,
          key0,
          key1,
          logit,
          inverse,
          scale,
          work,
        );
      const rest = [key0, key1, logit, inverse, scale];
      perExamples('concreteMaskOfChannels', [out], [examples, positions, width], rest, work);
    },
  };
}
