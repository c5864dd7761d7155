/**
 * A trained network as a model file. Import `@bbb/predict/store` in a program that has `@bbb/core` at hand and trains.
 *
 * @packageDocumentation
 */
export { storeNetwork, type Storable, type StoreOptions, type Stored } from './network.js';
