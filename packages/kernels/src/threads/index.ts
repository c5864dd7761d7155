import type { Kernels } from '../wasm/kernels.js';
import { channels } from './channels.js';
import { elementwise } from './elementwise.js';
import { images } from './images.js';
import { products } from './products.js';
import { softmaxes } from './softmaxes.js';
import { sums } from './sums.js';
import type { Team } from './team.js';

/**
 * The same kernels, of which the threads of a team do parts where a call is worth it. Only outputs are cut, never a sum, so every bit is
 * that of one thread.
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
