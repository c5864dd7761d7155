export { logSoftmax } from './log-softmax';
export { segmentSum } from './segments';
