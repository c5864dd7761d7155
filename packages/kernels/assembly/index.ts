export * from './matmul';
export * from './tfjs';
