/**
 * The prior over one weight.
 *
 * - `flat`: improper, contributes nothing (maximum likelihood).
 * - `gaussian`: N(0, sigma^2); under a point posterior this is L2 regularisation.
 * - `mixture`: pi N(0, sigma1^2) + (1 - pi) N(0, sigma2^2), the scale mixture of Blundell et al. 2015, equation 7.
 */
export type Prior =
  | { readonly kind: 'flat' }
  | { readonly kind: 'gaussian'; readonly sigma: number }
  | { readonly kind: 'mixture'; readonly pi: number; readonly sigma1: number; readonly sigma2: number };
