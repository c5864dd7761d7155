export * from './matmul';
export * from './sparse';
export * from './convolution';
export * from './pooling';
export * from './tfjs';
export * from './fused';
export * from './math';
export * from './random';
export { useWorkspace, workspaceBytes } from './workspace';
