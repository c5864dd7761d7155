export { standardNormal } from './normal';
export { startStreamsAt } from './philox';
