export { segmentSum } from './segments';
