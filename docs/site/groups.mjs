// @ts-check
/*
 * Groups of symbols by task. The folder of a symbol gives its group, so a new symbol needs no entry here; `@group` in a docstring overrides
 * it. The groups of a package are shown in the order of this list.
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
    random: 'Random numbers and exact mathematics',
    math: 'Random numbers and exact mathematics',
    '': 'Around the kernels',
  },
  'mnist-data-loader': { load: 'Load', dataset: 'Load', '': 'Around a data set' },
  predict: { predictor: 'Predict', answer: 'Predict', input: 'Predict', '': 'Model files' },
  plugins: {
    '': 'All that ships',
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

/** Packages whose symbols another package exports too. That package gives the titles of the groups. */
const SHOWN_IN = { base: 'core' };

/** @param {string} name of a package's folder */
const titledBy = (name) => SHOWN_IN[/** @type {'base'} */ (name)] ?? name;

/**
 * The groups of a package, in order.
 * @param {string} module as it is imported: `@bbb/core`, `@bbb/cli/config`
 */
export function groupOrder(module) {
  const [found = ''] = module.replace('@bbb/', '').split(/[/.]/);
  return [...new Set(Object.values(GROUPS[titledBy(found)] ?? {}))];
}

/**
 * The group of what is declared in a file.
 * @param {string} path from the top of the repository, e.g. `packages/core/src/metrics/scores.ts`
 * @returns {string | undefined}
 */
export function groupOf(path) {
  const [, found = '', rest = ''] = /^packages\/([^/]+)\/src\/(.*)\.ts$/.exec(path) ?? [];
  const folders = GROUPS[titledBy(found)];
  if (!folders) return undefined;
  const [first = ''] = rest.split('/');
  return folders[first] ?? folders[''];
}
