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

const KERNELS = 'kernels';
/**
 * Tests of these packages, and of the kernels, run the TypeScript sources in their own process. All other tests start threads or processes
 * of the built packages, as users do, so they import the built packages, too. The global setup builds these.
 */
const IN_PROCESS = ['core', 'export', 'mnist-data-loader', 'plugins', 'predict', 'report'];
/** Folders of tests that run the sources. */
export const OF_SOURCES: readonly string[] = [KERNELS, ...IN_PROCESS];
const testsIn = (folder: string): string => `tests/${folder}/**/*.test.ts`;
/** Vite's conditions for Node, and our own condition, which users of the packages do not have. */
const sources = {
  ssr: { resolve: { conditions: ['@bbb/source', 'module', 'node', 'development|production'] } },
};

export const common: ViteUserConfig = {
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

export default defineConfig({
  ...common,
  test: {
    ...common.test,
    projects: [
      // These tests read, move and fill tfjs's memory, so each file needs its own process.
      { extends: true, ...sources, test: { name: 'kernels', include: [testsIn(KERNELS)] } },
      // Loading the libraries again for every file would take a third of the time of the tests.
      {
        extends: true,
        ...sources,
        test: { name: 'sources', include: IN_PROCESS.map(testsIn), exclude: LONG, isolate: false },
      },
      {
        extends: true,
        test: {
          name: 'built',
          include: ['tests/**/*.test.ts'],
          exclude: [...OF_SOURCES.map(testsIn), ...LONG],
          isolate: false,
        },
      },
    ],
  },
});
