export { averagePool, averagePoolBackward, maxPool, maxPoolBackward } from './walk';
