export { exp } from './exp';
export { log } from './log';
export { sigmoid, softplus } from './softplus';
