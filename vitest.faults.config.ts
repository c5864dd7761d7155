import { defineConfig, mergeConfig } from 'vitest/config';
import base, { LONG } from './vitest.config.js';

// A process killed fifty times, disks that fill up, a thousand trials, many machines.
const faults = mergeConfig(
  base,
  defineConfig({ test: { maxWorkers: 1, testTimeout: 600_000, hookTimeout: 120_000 } }),
);
faults.test!.include = LONG;
faults.test!.exclude = [];

export default faults;
