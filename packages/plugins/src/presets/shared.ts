/** Dropout with the same p on the inputs and on the hidden units, as in the study. */
export const dropout = (label: string, p: number) => ({ label, use: 'dropout', options: { p, pInput: p } });

/** The study's three rows of Dropout. */
export const DROPOUT_ROWS = [
  dropout('dropout-0.5', 0.5),
  dropout('dropout-0.75', 0.75),
  dropout('dropout-0.9', 0.9),
];

/** The initial weights of the other methods, as in torch.nn.Linear. The default initial weights of Bayes by Backprop are larger, and few steps change them too little. */
export const FAN_IN = { initialiser: { kind: 'fan-in' }, rho0: -4.5 } as const;

/** All weights and biases are ranked together and removed without further training, as published, up to a higher sparsity than published. */
export const PRUNING = {
  shares: [0, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999],
  scope: 'global',
  include: ['weight', 'bias'],
  finetuneEpochs: 0,
} as const;
