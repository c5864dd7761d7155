export { convolve, convolveWorkspace } from './forward';
export {
  addStrips, convolveGradients, convolveGradientsOfStrips, convolveGradientsWorkspace, gradientStrips, skipsZeros,
} from './to-filters';
export { transpose } from './sparse-filters';
export { convolveBackward, convolveBackwardWorkspace } from './to-input';
