/** The ops on images: convolutions, pools and their gradients. */
export type ImageOp =
  | 'convolve'
  | 'convolveBackward'
  | 'convolveGradients'
  | 'maxPool'
  | 'maxPoolBackward'
  | 'averagePool'
  | 'averagePoolBackward';
