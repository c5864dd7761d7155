import { z } from 'zod';
import { standardDeviation } from './option-schemas.js';

/** e^-6. */
const SIGMA2 = 0.0024787521766663585;

/** pi N(0, sigma1^2) + (1 - pi) N(0, sigma2^2): Blundell et al. 2015, equation 7. Defaults within their grid. */
export const mixtureOptions = {
  pi: z.number().min(0).max(1).default(0.5).describe('Share of the wide component.'),
  sigma1: standardDeviation.default(1).describe('Standard deviation of the wide component.'),
  sigma2: standardDeviation.default(SIGMA2).describe('Standard deviation of the narrow component; e^-6.'),
};

export function gaussianOptions(sigma: number) {
  return {
    sigma: standardDeviation.default(sigma).describe('Standard deviation of the prior N(0, sigma^2).'),
  };
}
