export { bullmqExecutor, type BullmqOptions } from './coordinator/executor.js';
export { runWorker } from './host/worker.js';
export type { WorkerOptions } from './host/options.js';
