/**
 * The prior over one weight.
 *
 * - `flat`: improper, contributes nothing (maximum likelihood).
 * - `gaussian`: N(0, sigma^2); under a point posterior this is L2 regularisation.
 * - `mixture`: pi N(0, sigma1^2) + (1 - pi) N(0, sigma2^2), the scale mixture of Blundell et al. 2015, equation 7.
 * - `laplace`: e^(-|w| / scale) / (2 scale); under a point posterior this is L1 regularisation.
 * - `laplace-mixture`: pi Laplace(scale1) + (1 - pi) Laplace(scale2), the spike-and-slab lasso of Rockova & George 2018.
 * - `log-uniform`: p(log |w|) constant, improper (Kingma et al. 2015). It can only be used where the KL has a closed form.
 */
export type Prior =
  | { readonly kind: 'flat' }
  | { readonly kind: 'gaussian'; readonly sigma: number }
  | { readonly kind: 'mixture'; readonly pi: number; readonly sigma1: number; readonly sigma2: number }
  | { readonly kind: 'laplace'; readonly scale: number }
  | {
      readonly kind: 'laplace-mixture';
      readonly pi: number;
      readonly scale1: number;
      readonly scale2: number;
    }
  | { readonly kind: 'log-uniform' };
