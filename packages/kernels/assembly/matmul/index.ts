export { bareTiles, matmul, matmulWorkspace } from './gemm';
