/** The ops of estimators that pass over elements: of the local reparameterisation, of Flipout and of concrete dropout. */
export type EstimatorOp =
  | 'log'
  | 'sigmoid'
  | 'square'
  | 'subtract'
  | 'multiply'
  | 'addProduct'
  | 'multiplySigns'
  | 'sampleActivations'
  | 'sampleWeights'
  | 'concreteMask';
