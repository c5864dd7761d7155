export { atMost } from './clip';
export { largestOfRows, subtractFromRows, sumOfRows } from './rows';
export { segmentSum } from './segments';
export { logSoftmaxOfRows, rowsWorkspace, softmaxOfRows } from './softmax';
