import type { Explanations } from '../explanation.js';

export const kernels: Explanations = {
  KERNEL_BACKEND: {
    means: "The kernels need tfjs's WebAssembly backend, but tfjs uses another one, or it did not start.",
    helps: 'Call startBackend() of @bbb/core before anything else uses tfjs.',
  },
  KERNEL_BUILD: {
    means: 'The WebAssembly file was built of other sources than the JavaScript beside it.',
    helps: 'In a checkout: npm run build. Installed: install @bbb/kernels again.',
  },
  KERNEL_DISPOSED: {
    means: 'A program used memory that it had given back.',
    helps: 'Dispose of a tensor after its last use.',
  },
  KERNEL_GEOMETRY: {
    means: 'A window, stride or padding of a convolution or pooling does not fit its input.',
    helps: 'The message has the numbers.',
  },
  KERNEL_MEMORY: {
    means: 'WebAssembly could not get as much memory as was asked for.',
    helps: 'Use a smaller network or batch, or fewer --workers.',
  },
  KERNEL_NOT_FOUND: {
    means: 'The WebAssembly file of the kernels is missing.',
    helps: 'In a checkout: npm run build. Installed: install @bbb/kernels again.',
  },
  KERNEL_PRIOR: {
    means: 'A parameter of a prior is out of range.',
    helps: 'Give standard deviations above 0 and a mixture weight between 0 and 1.',
  },
  KERNEL_RELAXED_UNSUPPORTED: {
    means: 'This engine has no relaxed SIMD.',
    helps: 'Leave --fast-math out, or use a newer Node.',
  },
  KERNEL_SHAPE: {
    means: 'Operands of a kernel do not fit each other.',
    helps: 'The message names the op, the operand and both sizes.',
  },
  KERNEL_TFJS_VERSION: {
    means: 'The kernels do not work with this version of tfjs.',
    helps: 'Install the version that @bbb/kernels names.',
  },
  KERNEL_THREADS: {
    means: 'The number of threads is not a whole number from 1, or a helping thread ended.',
    helps: 'Run it again; with --threads 1 if it happens again. Memory may have run out.',
  },
  KERNEL_TYPE: {
    means: 'An operand is of the wrong element type, or of another backend.',
    helps: 'Kernels compute in float32; read the docstring of the op.',
  },
};
