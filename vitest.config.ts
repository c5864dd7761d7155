import { defineConfig } from 'vitest/config';

// Tests run the TypeScript sources: the scoped condition never applies to users of the packages.
const conditions = ['@bbb/source'];

export default defineConfig({
  ssr: { resolve: { conditions, externalConditions: conditions } },
  resolve: { conditions },
  test: {
    globalSetup: ['tests/global-setup.ts'],
    include: ['tests/**/*.test.ts'],
    exclude: ['tests/faults/**'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default'],
    execArgv: ['--import=tsx', '--conditions=@bbb/source'],
  },
});
