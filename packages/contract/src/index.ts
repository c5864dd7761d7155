/**
 * What every kind of plugin promises, as checks: a method's gradients against finite differences, memory that is given back, pruned weights that
 * stay zero, a store that two runs can't share. The built-in plugins pass the same ones.
 *
 * Import it in the tests of a plugin: each `...Checks` function gives names and functions for any test runner. `@bbb/contract/toy` has networks and data
 * small enough for float64, `@bbb/contract/faulty` a plugin that makes mistakes on purpose, and a data set whose trials take milliseconds.
 *
 * @packageDocumentation
 */
export type { AsyncCheck, Check } from './check.js';
export { methodChecks, type MethodUnderTest } from './method.js';
export { TOY_KINDS, type ToyKind } from './toy.js';
export { networkChecks, type NetworkUnderTest } from './network.js';
export { likelihoodChecks, type LikelihoodUnderTest } from './likelihood.js';
export { prunerChecks } from './pruner.js';
export { procedureChecks } from './procedure.js';
export { samplerChecks } from './sampler.js';
export { schedulerChecks } from './scheduler.js';
export { executorChecks, type ExecutorUnderTest } from './executor.js';
export { storeChecks, type StoreUnderTest } from './store.js';
export { reporterChecks, type ReporterUnderTest } from './reporter.js';
