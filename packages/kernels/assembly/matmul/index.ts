export {
  bareTiles, matmul, matmulPart, matmulSkippingZeros, matmulSkippingZerosWorkspace, matmulWorkspace,
} from './gemm';
export { countNonZero, worthSkipping } from './sparse';
