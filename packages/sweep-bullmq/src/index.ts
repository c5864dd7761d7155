/**
 * Trials on many machines, through a queue in Redis or PostgreSQL: {@link bullmqExecutor} for the machine that has the sweep's folder,
 * {@link runWorker} for those that train.
 *
 * Import it to start either from a program. `@bbb/sweep-bullmq/plugin` adds the executor to a registry, as `bbb sweep --queue` does.
 *
 * @packageDocumentation
 */
export { bullmqExecutor, type BullmqOptions } from './coordinator/executor.js';
export { runWorker } from './host/worker.js';
export type { WorkerOptions } from './host/options.js';
