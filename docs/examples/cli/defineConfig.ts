import { defineConfig } from '@bbb/cli/config';

export default defineConfig({
  preset: 'quick',
  methods: [
    { use: 'dropout', options: { p: 0.3 } },
    { use: 'bbb-mixture', training: { epochs: 20 } },
  ],
  seeds: [0, 1, 2],
});
