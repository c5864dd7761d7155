import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** Tests that take long. `npm run test:faults` runs them. */
export const LONG = [
  'tests/faults/**/*.test.ts',
  'tests/cli/{bandit,by-size,data-identity,endings,export-network,folder,full-output,guide-deploy,guide-own-images,guide-parts,guide-sweep-plugins}.test.ts',
  'tests/cli/{images,import-network,inspect,networks,output-file,pictures-2000,plain-text,prune-with-data,refine-target,signals}.test.ts',
  'tests/contract/executors.test.ts',
  'tests/docs/site-built.test.ts',
  'tests/packages/**/*.test.ts',
  'tests/plugins/{csv-memory,threads-all}.test.ts',
  'tests/{report,serve}/hostile.test.ts',
  'tests/serve/demo.test.ts',
  'tests/sweep/{foreign-files,fuzz-store,hostile-result,kill,lock,messages,search-run,scheduler-run,trial-threads}.test.ts',
  'tests/sweep-bullmq/{contract,machines,remote-trial,search,servers,shares}.test.ts',
];

// Tests run the TypeScript sources: the scoped condition never applies to users of the packages. What starts threads or
// processes starts what is built, as users do; the global setup builds it.
const conditions = ['@bbb/source'];

export const common: ViteUserConfig = {
  resolve: { conditions },
  test: {
    globalSetup: ['tests/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // The default of one second is too short to draw a page on a busy machine.
    expect: { poll: { timeout: 10_000 } },
    reporters: ['default'],
  },
};

const KERNELS = 'tests/kernels/**/*.test.ts';

export default defineConfig({
  ...common,
  test: {
    ...common.test,
    projects: [
      // These tests read, move and fill tfjs's memory, so each file needs its own process.
      { extends: true, test: { name: 'kernels', include: [KERNELS] } },
      // To load the libraries again for every file would take a third of the time of the tests.
      {
        extends: true,
        test: {
          name: 'others',
          include: ['tests/**/*.test.ts'],
          exclude: [KERNELS, ...LONG],
          isolate: false,
        },
      },
    ],
  },
});
