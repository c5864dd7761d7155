export { bareTiles, matmul, matmulSkippingZeros, matmulSkippingZerosWorkspace, matmulWorkspace } from './gemm';
