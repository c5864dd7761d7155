export * from './matmul';
export * from './tfjs';
export * from './interim';
