import { defineConfig } from 'vitest/config';

// Tests run the TypeScript sources: the scoped condition never applies to users of the packages.
const conditions = ['@bbb/source'];

/** Tests that take their time: `npm run test:faults` runs them. */
export const LONG = [
  'tests/faults/**/*.test.ts',
  'tests/cli/signals.test.ts',
  'tests/contract/executors.test.ts',
  'tests/sweep/{kill,search-run,scheduler-run}.test.ts',
  'tests/sweep-bullmq/{contract,machines,search,shares}.test.ts',
];

export default defineConfig({
  ssr: { resolve: { conditions, externalConditions: conditions } },
  resolve: { conditions },
  test: {
    globalSetup: ['tests/global-setup.ts'],
    include: ['tests/**/*.test.ts'],
    exclude: LONG,
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // On a busy machine a second, the default, is over before a page has been drawn.
    expect: { poll: { timeout: 10_000 } },
    reporters: ['default'],
    execArgv: ['--import=tsx', '--conditions=@bbb/source'],
  },
});
