// A trained network as a model file: for programs that have @bbb/core at hand.
export { storeNetwork, type Storable, type StoreOptions, type Stored } from './network.js';
