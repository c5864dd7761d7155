import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vitest.config.js';

// Faults that take their time: a process killed fifty times, disks that fill up, a thousand trials.
const faults = mergeConfig(
  base,
  defineConfig({ test: { maxWorkers: 1, testTimeout: 600_000, hookTimeout: 120_000 } }),
);
faults.test!.include = ['tests/faults/**/*.test.ts'];
faults.test!.exclude = [];

export default faults;
