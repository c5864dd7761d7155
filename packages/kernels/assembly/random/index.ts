export { standardNormal } from './normal';
