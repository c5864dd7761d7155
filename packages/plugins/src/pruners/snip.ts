import type { PrunerDefinition } from '@bbb/core';
import type { z } from 'zod';
import { taylor, taylorOptions } from './taylor.js';

export const snip: PrunerDefinition<z.output<typeof taylorOptions>> = {
  ...taylor,
  description:
    'abs(w times the slope of the loss), as taylor, for networks before training: with the procedure at-init.',
  source: 'Lee et al. 2019 (SNIP), arXiv 1810.02340, equation 6, over all training examples',
};
