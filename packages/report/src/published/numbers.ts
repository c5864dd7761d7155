/** Published numbers of others, with their source and how they were made. Fractions in [0, 1]. */
export interface PublishedTable {
  /** The preset that repeats the set-up. */
  readonly preset: string;
  /** Data set, by the name that a trial uses. */
  readonly dataset: string;
  /** A short name for a column header or a note. */
  readonly source: string;
  /** How the numbers were made, if that differs from what a reader would expect. */
  readonly setup: string;
  readonly rows: readonly PublishedRow[];
}

export interface PublishedRow {
  /** The label of the same model in the preset. */
  readonly label: string;
  readonly hidden: readonly number[];
  /** The criterion of the pruning, by the name of ours that it is shown beside. Absent if nothing was pruned. */
  readonly pruner?: string;
  /** Test accuracy by sparsity; 0 is the dense network. */
  readonly accuracy: Readonly<Record<string, number>>;
  /** Why the number has another meaning than it seems. */
  readonly caveat?: string;
}

const STUDY = 'Weight pruning and Uncertainty in Neural Networks';
const STUDY_SETUP =
  'one run without a fixed seed, Adam 1e-4, 50 epochs, batch 100, no validation images; "sgd" is Dropout with p = 0.01';

/** Checked in the study's notebooks. */
const STUDY_BBB_CAVEAT =
  'The published BBB row stays flat because its pruning never took effect: the pruned tensors are not read by the forward ' +
  'pass, the criterion divides by rho (negative) instead of sigma, and log q carries no gradient. Ours prunes the weights ' +
  'that the forward pass reads, by abs(mu)/sigma.';

const PAPER = 'Blundell et al. 2015, arXiv 1505.05424';
const PAPER_SETUP =
  'pixels/126, 50,000 training images, batch 128, hyper-parameters chosen on 10,000 validation images';

const pruned = (at0: number, at50: number, at75: number, at90: number) => ({
  '0': at0,
  '0.5': at50,
  '0.75': at75,
  '0.9': at90,
});

const studyRow = (
  label: string,
  accuracy: Readonly<Record<string, number>>,
  caveat?: string,
): PublishedRow => ({
  label,
  hidden: [500, 500],
  pruner: label === 'bbb-mixture' ? 'snr' : 'magnitude',
  accuracy,
  ...(caveat ? { caveat } : {}),
});

/** One row for each size; test errors in percent, as printed. */
const paperRows = (label: string, errors: readonly [number, number, number]): PublishedRow[] =>
  [400, 800, 1200].map((units, i) => ({
    label,
    hidden: [units, units],
    accuracy: { '0': Number((1 - errors[i]! / 100).toFixed(4)) },
  }));

/** Evci et al. 2020 found it in the code of every row of their table. */
const BEST_ON_TEST =
  'The published number is of the epoch with the lowest error on the test set; ours is of the last epoch.';

/** Of LeNet-300-100; test errors in percent, as printed. */
const compressed = (
  label: string,
  pruner: string,
  errors: Readonly<Record<string, number>>,
): PublishedRow => ({
  label,
  hidden: [300, 100],
  pruner,
  accuracy: Object.fromEntries(
    Object.entries(errors).map(([share, error]) => [share, Number((1 - error / 100).toFixed(4))]),
  ),
  caveat: BEST_ON_TEST,
});

export const PUBLISHED: readonly PublishedTable[] = [
  {
    preset: 'study',
    dataset: 'mnist',
    source: `${STUDY}, Table 1`,
    setup: STUDY_SETUP,
    rows: [
      studyRow('sgd', pruned(0.9783, 0.9753, 0.9586, 0.6943)),
      studyRow('dropout-0.5', pruned(0.9827, 0.9763, 0.9108, 0.2216)),
      studyRow('dropout-0.75', pruned(0.9576, 0.929, 0.6097, 0.1287)),
      studyRow('dropout-0.9', pruned(0.8663, 0.7493, 0.2537, 0.196)),
      studyRow('bbb-mixture', pruned(0.982, 0.9819, 0.9823, 0.9822), STUDY_BBB_CAVEAT),
    ],
  },
  {
    preset: 'study',
    dataset: 'fashion-mnist',
    source: `${STUDY}, Table 2`,
    setup: `${STUDY_SETUP}; the stored notebooks do not reproduce this table (other checkpoints, rotated test images)`,
    rows: [
      studyRow('sgd', pruned(0.8967, 0.8877, 0.8003, 0.489)),
      studyRow('dropout-0.5', pruned(0.8756, 0.8765, 0.7595, 0.3436)),
      studyRow('dropout-0.75', pruned(0.8277, 0.8256, 0.579, 0.215)),
      studyRow('dropout-0.9', pruned(0.7198, 0.6552, 0.3479, 0.1539)),
      studyRow('bbb-mixture', pruned(0.8925, 0.8941, 0.8934, 0.8962), STUDY_BBB_CAVEAT),
    ],
  },
  {
    preset: 'paper',
    dataset: 'mnist',
    source: `${PAPER}, Table 1`,
    setup: `${PAPER_SETUP}; the dropout rates are not stated`,
    rows: [
      ...paperRows('sgd', [1.83, 1.84, 1.88]),
      ...paperRows('dropout', [1.51, 1.33, 1.36]),
      ...paperRows('bbb-gaussian', [1.82, 1.99, 2.04]),
      ...paperRows('bbb-mixture', [1.36, 1.34, 1.32]),
      // Wan et al. 2013, as quoted by the paper: an ensemble of five networks, so not quite the same thing.
      {
        label: 'dropconnect',
        hidden: [800, 800],
        accuracy: { '0': 0.988 },
        caveat: 'The published DropConnect number (Wan et al. 2013) is of an ensemble of five networks.',
      },
    ],
  },
  {
    preset: 'paper',
    dataset: 'mnist',
    source: `${PAPER}, Table 2`,
    setup: `${PAPER_SETUP}; the network after the last of 600 epochs, pruned by abs(mu)/sigma`,
    rows: [
      {
        label: 'bbb-mixture',
        hidden: [1200, 1200],
        pruner: 'snr',
        accuracy: { '0': 0.9876, '0.5': 0.9876, '0.75': 0.9876, '0.95': 0.9871, '0.98': 0.9861 },
      },
    ],
  },
  {
    preset: 'compress',
    dataset: 'mnist',
    source: 'Lee et al. 2019 (SNIP), Table 1; Molchanov et al. 2017, Table 1',
    setup:
      'LeNet-300-100; SNIP prunes before training, sparse variational dropout by log alpha; best epoch on the test set',
    rows: [
      compressed('snip', 'snip', { '0': 1.7, '0.95': 1.6, '0.98': 2.4 }),
      compressed('sparse-vd', 'log-alpha', { '0': 1.64, '0.985': 1.92 }),
    ],
  },
];
