export { log } from '@bbb/kernels';
