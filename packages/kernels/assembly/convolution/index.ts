export { convolve, convolveWorkspace } from './forward';
export { convolveGradients, convolveGradientsWorkspace } from './to-filters';
export { convolveBackward, convolveBackwardWorkspace } from './to-input';
