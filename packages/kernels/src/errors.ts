/** Failures of this package. `code` is stable: programs may branch on it, messages may change. */
export class KernelError extends Error {
  override readonly name = 'KernelError';
  constructor(
    readonly code:
      | 'KERNEL_SHAPE'
      | 'KERNEL_GEOMETRY'
      | 'KERNEL_PRIOR'
      | 'KERNEL_TYPE'
      | 'KERNEL_DISPOSED'
      | 'KERNEL_BACKEND'
      | 'KERNEL_TFJS_VERSION'
      | 'KERNEL_MEMORY'
      | 'KERNEL_BUILD'
      | 'KERNEL_NOT_FOUND'
      | 'KERNEL_THREADS'
      | 'KERNEL_RELAXED_UNSUPPORTED',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
