export type { AsyncCheck, Check } from './check.js';
export { methodChecks, type MethodUnderTest } from './method.js';
export { TOY_KINDS, type ToyKind } from './toy.js';
export { prunerChecks } from './pruner.js';
export { samplerChecks } from './sampler.js';
export { schedulerChecks } from './scheduler.js';
export { executorChecks, type ExecutorUnderTest } from './executor.js';
export { storeChecks, type StoreUnderTest } from './store.js';
export { reporterChecks, type ReporterUnderTest } from './reporter.js';
