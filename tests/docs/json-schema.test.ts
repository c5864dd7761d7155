import { readdirSync, readFileSync } from 'node:fs';
import { parseOptions, type PluginKind, type Use } from '@bbb/core';
import { overlayConfig, parseSweepConfig, parseSweepFile, planSweep } from '@bbb/sweep';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { withFractions } from '../../packages/cli/src/config/percent.js';
import { shippedRegistry } from '../../scripts/plugin-pages/registry.js';

type Json = Readonly<Record<string, unknown>>;

const root = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const registry = shippedRegistry();

// The validator that editors use, and the schema file that the package contains. The validator's strict mode is off, because the schema has
// "default" next to "if".
const validate = new Ajv({ strict: false }).compile(
  JSON.parse(read('packages/cli/config.schema.json')) as Json,
);

/**
 * What bbb itself accepts: the file is read, merged with its preset and planned, and the parts that run it are
 * checked.
 */
function loads(config: unknown): boolean {
  try {
    const { preset, sweep, parts } = parseSweepFile(fractions(config), 'bbb.config.json');
    const base = preset === undefined ? {} : registry.get('presets', preset).sweep;
    planSweep(parseSweepConfig(overlayConfig(base, sweep)), registry);
    checkPart('executors', parts.executor);
    checkPart('stores', parts.store);
    for (const reporter of parts.reporters ?? []) checkPart('reporters', reporter);
    return true;
  } catch (error) {
    expect((error as { code?: unknown }).code).toMatch(/^E_/);
    return false;
  }
}

function fractions(config: unknown): unknown {
  return typeof config === 'object' && config !== null && !Array.isArray(config)
    ? withFractions(config)
    : config;
}

function checkPart(kind: PluginKind, part: Use | undefined): void {
  if (!part) return;
  const { options } = registry.get(kind, part.use) as { options: Parameters<typeof parseOptions>[1] };
  parseOptions(part.use, options, part.options);
}

/** Documentation pages that show configurations. */
function pages(): string[] {
  const guides = ['docs/guides', 'docs/plugins', 'docs/methods'].flatMap((folder) =>
    readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.md'))
      .map((file) => `${folder}/${file}`),
  );
  const readmes = readdirSync(new URL('packages', root)).map((name) => `packages/${name}/README.md`);
  return ['README.md', 'docs/configuration.md', ...guides, ...readmes];
}

describe('the JSON Schema in a validator', () => {
  const examples = pages().flatMap((page) =>
    [...read(page).matchAll(/```(?:yaml|json)\n([\s\S]*?)```/g)]
      .map(([, text]) => parse(text!) as Json)
      .filter((config) => config !== null && ('preset' in config || 'methods' in config))
      .map((config, i): [string, Json] => [`${page}, number ${i + 1}`, config]),
  );
  it('has examples to check', () => expect(examples.length).toBeGreaterThan(8));

  it.each(examples)('accepts %s', (page, config) => {
    expect(validate(config), JSON.stringify(validate.errors)).toBe(true);
    // Other tests plan the presets, and some presets are long.
    if (!page.startsWith('docs/plugins/presets/')) expect(loads(config)).toBe(true);
  });

  it('accepts what bbb accepts, and refuses what bbb refuses', () => {
    const verdicts = Object.entries(CASES).map(([name, config]) => [name, validate(config), loads(config)]);
    expect(verdicts).toEqual(Object.keys(CASES).map((name) => [name, ...both(!name.startsWith('wrong'))]));
  });
});

const both = (verdict: boolean): [boolean, boolean] => [verdict, verdict];

const BASE = { dataset: { use: 'mnist' }, methods: [{ use: 'sgd' }], training: { epochs: 1 }, seeds: [0] };
const method = (use: string, options: Json): Json => ({ ...BASE, methods: [{ use, options }] });
const SEARCH = { trials: 3, space: { 'training.epochs': { kind: 'int', low: 1, high: 3 } } };

/** Configurations by their subject. Schema and bbb must both refuse those that begin with "wrong". */
const CASES: Readonly<Record<string, unknown>> = {
  'the least': BASE,
  'a preset alone': { preset: 'quick' },
  'a list of networks': { ...BASE, networks: [{ use: 'cnn' }, { use: 'mlp', options: { hidden: [5] } }] },
  'options of a method': method('dropout', { p: 0.3 }),
  'options with kinds': method('bbb-gaussian', { estimator: 'flipout', initialiser: { kind: 'fan-in' } }),
  'a search': {
    ...BASE,
    search: { ...SEARCH, sampler: { use: 'tpe', options: { startup: 2 } }, scheduler: { use: 'asha' } },
  },
  'an executor': { ...BASE, executor: { use: 'processes', options: { memoryMegabytes: 500 } } },
  'a reporter': { ...BASE, reporters: [{ use: 'ndjson', options: { progress: true } }] },
  'a procedure': { ...BASE, pruning: { procedure: { use: 'gradual', options: { begin: 0.1 } } } },
  percentages: {
    ...method('dropout', { p: '30 %' }),
    pruning: { shares: ['12.5%', 0.9], procedure: { use: 'gradual', options: { begin: '10%' } } },
  },
  'wrong: a list': [1],
  'wrong: more than 100 %': { ...BASE, pruning: { shares: ['150%'] } },
  'wrong: a percentage of epochs': { ...BASE, training: { epochs: '50%' } },
  'wrong: a number': 5,
  'wrong: a misspelt member': { ...BASE, trainig: { epochs: 3 } },
  'wrong: misspelt in training': { ...BASE, training: { epoch: 3 } },
  'wrong: misspelt in pruning': { ...BASE, pruning: { share: [0.5] } },
  'wrong: misspelt in an entry': { ...BASE, methods: [{ use: 'sgd', lable: 'x' }] },
  'wrong: an entry without use': { ...BASE, methods: [{ label: 'x' }] },
  'wrong: no entries': { ...BASE, methods: [] },
  'wrong: half an epoch': { ...BASE, training: { epochs: 1.5 } },
  'wrong: a word for a number': { ...BASE, validation: 'many' },
  'wrong: a negative number': { ...BASE, validation: -1 },
  'wrong: more than all weights': { ...BASE, pruning: { shares: [1.5] } },
  'wrong: an unknown scope': { ...BASE, pruning: { scope: 'everywhere' } },
  'wrong: an unknown optimiser': { ...BASE, training: { optimizer: { kind: 'adamm' } } },
  'wrong: numerics': { ...BASE, numerics: 'fast' },
  'wrong: a width of 0': { ...BASE, hidden: [[0]] },
  'wrong: a seed that is a word': { ...BASE, seeds: ['one'] },
  'wrong: an option of another method': method('sgd', { p: 0.5 }),
  'wrong: an option out of range': method('dropout', { p: 1.5 }),
  'wrong: an unknown estimator': method('bbb-gaussian', { estimator: 'flippout' }),
  'wrong: an option of a criterion': {
    ...BASE,
    pruning: { pruners: [{ use: 'kl', options: { sigma: 'wide' } }] },
  },
  'wrong: an option of a criterion of one entry': {
    ...BASE,
    methods: [{ use: 'sgd', pruning: { pruners: [{ use: 'kl', options: { sigma: 'wide' } }] } }],
  },
  'wrong: an option of a procedure': {
    ...BASE,
    pruning: { procedure: { use: 'gradual', options: { start: 0.1 } } },
  },
  'wrong: an option of a data set': { ...BASE, dataset: { use: 'mnist', options: { data: 'x' } } },
  'wrong: of the data set outside': {
    ...BASE,
    outOfDistribution: { use: 'csv', options: { data: 'x.csv', targt: 'y' } },
  },
  'wrong: an option of a network': { ...BASE, networks: [{ use: 'mlp', options: { hidden: ['wide'] } }] },
  'wrong: an option of a likelihood': { ...BASE, likelihood: { use: 'categorical', options: { noise: 1 } } },
  'wrong: an option of a sampler': {
    ...BASE,
    search: { ...SEARCH, sampler: { use: 'tpe', options: { start: 2 } } },
  },
  'wrong: an option of a scheduler': {
    ...BASE,
    search: { ...SEARCH, scheduler: { use: 'asha', options: { eta: 1 } } },
  },
  'wrong: a path of a space': {
    ...BASE,
    search: { trials: 3, space: { epochs: SEARCH.space['training.epochs'] } },
  },
  'wrong: a kind of a dimension': {
    ...BASE,
    search: { trials: 3, space: { 'training.epochs': { kind: 'integer', low: 1, high: 3 } } },
  },
  'wrong: an executor without its address': { ...BASE, executor: { use: 'bullmq' } },
  'wrong: an option of an executor': { ...BASE, executor: { use: 'threads', options: { heap: 5 } } },
  'wrong: an option of the index': { ...BASE, store: { use: 'sqlite', options: { driver: 'mysql' } } },
  'wrong: an option of a reporter': { ...BASE, reporters: [{ use: 'ndjson', options: { path: 'x' } }] },
};
