export { complexityCost, logPrior } from './cost';
export { dropout } from './dropout';
export { gaussianGradients, sampleGaussian, updateGaussian } from './gaussian';
export { fillWhereZero, pixels, reluBackward, sumRows } from './layers';
export { updatePoint } from './point';
export { countCorrect, crossEntropy, softmax } from './softmax';
