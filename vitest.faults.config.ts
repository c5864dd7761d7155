import { defineConfig, mergeConfig } from 'vitest/config';
import { common, LONG } from './vitest.config.js';

// A process killed fifty times, disks that fill up, a thousand trials, many machines.
export default mergeConfig(
  common,
  defineConfig({ test: { include: LONG, maxWorkers: 1, testTimeout: 600_000, hookTimeout: 120_000 } }),
);
