import { defineSweep } from '@bbb/sweep';

export default defineSweep({ preset: 'quick', seeds: [0, 1, 2], training: { epochs: 20 } });
