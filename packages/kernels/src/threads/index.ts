import type { Kernels } from '../wasm/kernels.js';
import { channels } from './channels.js';
import { elementwise } from './elementwise.js';
import { images } from './images.js';
import { products } from './products.js';
import { softmaxes } from './softmaxes.js';
import { sums } from './sums.js';
import type { Team } from './team.js';

/**
 * The same kernels. If a call takes long enough, the threads of a team each do some parts of it. Only outputs are divided into parts, never a
 * sum, so the result has the bits of one thread.
 */
export function kernelsOfTeam(kernels: Kernels, team: Team): Kernels {
  const { run } = kernels;
  return {
    ...kernels,
    run: {
      ...run,
      ...elementwise(run, team),
      ...sums(run, team),
      ...softmaxes(run, team),
      ...channels(run, team),
      ...products(kernels, team),
      ...images(kernels, team),
    },
  };
}
