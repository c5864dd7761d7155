/**
 * A trained network as a model file. Import `@bbb/predict/store` in a program that trains with `@bbb/core`.
 *
 * @packageDocumentation
 */
export { storeNetwork, type Storable, type StoreOptions, type Stored } from './network.js';
