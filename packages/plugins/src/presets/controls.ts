import type { Preset } from '@bbb/core';
import { quick } from './quick.js';
import { FAN_IN, PRUNING } from './shared.js';

export const controls: Preset = {
  description:
    'Why Bayes by Backprop prunes well: its prior without its noise (MAP), a simpler prior, other rankings, and chance; all trained with Adam at 3e-3.',
  source: 'Controls for Blundell et al. 2015, section 5.1; network and training of the preset "quick"',
  sweep: {
    ...quick.sweep,
    methods: [
      { label: 'sgd', use: 'sgd', options: {} },
      { label: 'map-mixture', use: 'map-mixture', options: {} },
      { label: 'bbb-gaussian', use: 'bbb-gaussian', options: FAN_IN },
      { label: 'bbb-mixture', use: 'bbb-mixture', options: FAN_IN },
    ],
    pruning: {
      ...PRUNING,
      pruners: ['snr', 'magnitude', 'random'].map((use) => ({ use, options: {} })),
    },
  },
};
