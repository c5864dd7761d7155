import { readdir, readFile } from 'node:fs/promises';
import plugins from '@bbb/plugins';
import { createRegistry, loadPlugins, parseOptions, resolveMethod } from '@bbb/core';
import { parseSweepConfig } from '@bbb/sweep';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const registry = createRegistry([plugins]);

/** The members of a preset that the plugins must support. */
const backed = z.object({
  dataset: z.object({ use: z.string(), options: z.unknown() }),
  outOfDistribution: z.object({ use: z.string(), options: z.unknown() }).optional(),
  methods: z.array(
    z.object({
      label: z.string(),
      use: z.string(),
      options: z.record(z.string(), z.unknown()),
      grid: z.record(z.string(), z.array(z.unknown())).optional(),
    }),
  ),
});

describe('@bbb/plugins', () => {
  it('is loaded like any other plugin', async () => {
    const [loaded] = await loadPlugins(['@bbb/plugins']);
    expect(Object.keys(loaded!.methods!)).toEqual(Object.keys(plugins.methods!));
  });

  it('has methods whose options all have a default and a description, and whose pruner exists', () => {
    for (const { name, value } of registry.list('methods')) {
      expect(() => parseOptions(name, value.options, {}), name).not.toThrow();
      expect(() =>
        registry.get('pruners', resolveMethod({ use: name, options: {} }, registry).pruner),
      ).not.toThrow();
      const { shape } = value.options as unknown as z.ZodObject;
      for (const [option, schema] of Object.entries(shape)) {
        expect((schema as z.ZodType).description, `${name}.${option}`).toBeTruthy();
      }
    }
  });

  it('refuses an unknown option and a number out of range', () => {
    const { options } = registry.get('methods', 'dropout');
    for (const wrong of [{ q: 0.5 }, { p: 1 }, { p: -0.1 }, { p: '0.5' }]) {
      expect(() => parseOptions('dropout', options, wrong)).toThrow(
        expect.objectContaining({ code: 'E_OPTIONS' }),
      );
    }
  });

  it('uses no Math.random, and no functions whose last bits depend on the engine', async () => {
    const root = new URL('../../packages/plugins/src/', import.meta.url);
    const files = (await readdir(root, { recursive: true })).filter((name) => name.endsWith('.ts'));
    expect(files.length).toBeGreaterThan(20);
    for (const file of files) {
      const text = await readFile(new URL(file, root), 'utf8');
      expect(text, file).not.toMatch(/Math\.(random|exp|expm1|log\w*|pow|sinh?|cosh?|tanh?)\b| \*\* /);
    }
  });

  it('has presets that say if all methods are trained with Adam, and what a name of the study means', () => {
    for (const { value } of registry.list('presets')) {
      const { optimizer } = (
        value.sweep as { training: { optimizer?: { kind: string; learningRate: number } } }
      ).training;
      if (optimizer?.kind !== 'adam') continue;
      const [digits, exponent] = optimizer.learningRate.toExponential().split('e');
      expect(value.description).toContain(`Adam at ${digits}e${exponent}`);
    }
    const study = registry.list('presets').find(({ name }) => name === 'study')!.value;
    expect(study.description).toContain('"sgd" is Dropout with p = 0.01');
  });

  it('has presets whose data sets, methods, options and grids exist', () => {
    for (const { name, value } of registry.list('presets')) {
      expect(() => parseSweepConfig(value.sweep, name)).not.toThrow();
      const preset = backed.parse(value.sweep);
      for (const set of [preset.dataset, ...(preset.outOfDistribution ? [preset.outOfDistribution] : [])]) {
        const { options } = registry.get('datasets', set.use);
        expect(() => parseOptions(set.use, options, set.options)).not.toThrow();
      }
      expect(new Set(preset.methods.map(({ label }) => label)).size).toBe(preset.methods.length);
      for (const { label, use, options, grid = {} } of preset.methods) {
        const method = registry.get('methods', use);
        for (const [path, values] of Object.entries(grid)) {
          for (const point of values) {
            const swept = path.startsWith('options.') ? { [path.slice('options.'.length)]: point } : {};
            expect(
              () => parseOptions(use, method.options, { ...options, ...swept }),
              `${name} ${label} ${path}`,
            ).not.toThrow();
          }
        }
      }
    }
  });
});

describe('the data sets', () => {
  const load = (name: string, options: object, context: object) => {
    const set = registry.get('datasets', name);
    return set.load(parseOptions(name, set.options, options), context);
  };

  it('idx reads any folder, named by its option or by --data-dir', async () => {
    const { source, train } = await load('mnist', {}, {});
    const named = await load('idx', { dir: source, name: 'digits' }, {});
    expect([named.name, named.train.count, named.target]).toEqual([
      'digits',
      60_000,
      { kind: 'class', classes: 10 },
    ]);
    const given = await load('idx', {}, { dataDir: source });
    expect(given.train.targets).toEqual(train.targets);
  });

  it('idx without a folder gives an error that says what to type', async () => {
    await expect(load('idx', {}, {})).rejects.toMatchObject({ code: 'E_DATA_DIR' });
  });

  it('fashion-mnist refuses a --data-dir with MNIST', async () => {
    const { source } = await load('mnist', {}, {});
    await expect(load('fashion-mnist', {}, { dataDir: source })).rejects.toMatchObject({
      code: 'E_DATA_MISLABELLED',
    });
  });
});
