import { defineConfig } from '@bbb/cli/config';

// `npx bbb sweep` in this folder takes it. What is typed on the command line wins over it.
export default defineConfig({
  preset: 'quick',
  seeds: [0, 1, 2],
  hidden: [[64]],
  training: { epochs: 3 },
  // plugins: ['./my-pruner.ts', 'bbb-plugin-other'],
});
