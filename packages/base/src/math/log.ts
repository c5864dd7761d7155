export { log } from '@bbb/kernels/parts';
