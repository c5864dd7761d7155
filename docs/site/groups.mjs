// @ts-check
/*
 * Symbols by task. What a symbol is for follows from the folder that it stands in, so that a new one finds its group by itself; `@group` in
 * a docstring says otherwise. Groups are shown in the order in which they stand here.
 */

/** @type {Readonly<Record<string, Readonly<Record<string, string>>>>} Package, then folder (or file without ending), then title. */
const GROUPS = {
  core: {
    trial: 'Train and measure one network',
    backend: 'Train and measure one network',
    training: 'Train and measure one network',
    result: 'Results',
    checkpoint: 'Checkpoints',
    evaluation: 'Predict and measure',
    metrics: 'Metrics',
    calibration: 'Calibration and answers that may be refused',
    plugin: 'Write and load plugins',
    model: 'Write a method',
    network: 'Networks and layers',
    likelihood: 'Likelihoods',
    data: 'Data',
    prune: 'Pruning',
    procedure: 'Procedures',
    curvature: 'Curvature',
    search: 'Search',
    sweep: 'Around a sweep: executors, stores, reporters',
    bandit: 'Bandits',
    random: 'Random numbers and exact mathematics',
    math: 'Random numbers and exact mathematics',
    predictive: 'Predict and measure',
    errors: 'Errors and helpers',
    '': 'Errors and helpers',
  },
  kernels: {
    tfjs: 'Start',
    standalone: 'Start',
    threads: 'Start',
    ops: 'Ops',
    optimizer: 'Ops',
    prior: 'Ops',
    reference: 'Check against float64',
    '': 'Around the kernels',
  },
  'mnist-data-loader': { load: 'Load', dataset: 'Load', '': 'Around a data set' },
  predict: { predictor: 'Predict', answer: 'Predict', input: 'Predict', '': 'Model files' },
  plugins: {
    methods: 'Methods',
    pieces: 'Parts of methods',
    estimators: 'Parts of methods',
    laplace: 'Parts of methods',
    networks: 'Networks and layers',
    layers: 'Networks and layers',
    likelihoods: 'Likelihoods',
    pruners: 'Criteria',
    procedures: 'Procedures',
    datasets: 'Data',
    samplers: 'Search',
    schedulers: 'Search',
    '': 'All that ships',
  },
  sweep: {
    run: 'Run',
    plan: 'Plan',
    config: 'Configure',
    read: 'Read what is there',
    status: 'Read what is there',
    export: 'Read what is there',
    '': 'Around a sweep',
  },
  'sweep-bullmq': { '': 'Many machines' },
  contract: { '': 'Checks for plugins' },
  report: {
    html: 'Write reports',
    write: 'Write reports',
    files: 'Write reports',
    markdown: 'Write reports',
    json: 'Write reports',
    tables: 'Tables',
    figures: 'Figures',
    answer: 'Answers',
    stats: 'Statistics',
    compare: 'Compare sweeps',
    data: 'What stands behind',
    bandit: 'Write reports',
    '': 'What stands behind',
  },
  export: { import: 'Import', '': 'Export' },
  serve: { demo: 'The page of a network', '': 'The page of a sweep' },
  cli: { 'define-config': 'Configure', '': 'Embed the command line' },
};

/** The package whose code stands in another one's folder, for its users. */
const SHOWN_IN = { base: 'core' };

/** All groups, in order. */
export const GROUP_ORDER = [...new Set(Object.values(GROUPS).flatMap((folders) => Object.values(folders)))];

/**
 * The group of what is declared in a file.
 * @param {string} path from the top of the repository, e.g. `packages/core/src/metrics/scores.ts`
 * @returns {string | undefined}
 */
export function groupOf(path) {
  const [, found = '', rest = ''] = /^packages\/([^/]+)\/src\/(.*)\.ts$/.exec(path) ?? [];
  const name = SHOWN_IN[/** @type {'base'} */ (found)] ?? found;
  const folders = GROUPS[name];
  if (!folders) return undefined;
  const [first = ''] = rest.split('/');
  return folders[first] ?? folders[''];
}
