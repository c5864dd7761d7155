import { describe, expect, it } from 'vitest';
import { createRegistry, loadPlugins, parseOptions, suggest, type PruneContext } from '@bbb/core';
import { z } from 'zod';

const fixtures = new URL('./fixtures', import.meta.url).pathname;
const failing = (specifier: string) =>
  loadPlugins([specifier], fixtures).then(
    () => undefined,
    (error: unknown) => error,
  );

describe('loadPlugins', () => {
  it('imports a TypeScript file that uses our modules', async () => {
    const [plugin] = await loadPlugins(['./good.ts'], fixtures);
    const pruner = createRegistry([plugin!]).get('pruners', 'largest-first').create({});
    const posterior = {
      name: 'w',
      layer: 0,
      role: 'weight',
      shape: [2],
      fanIn: 2,
      fanOut: 1,
      inputUnits: 2,
      mu: Float32Array.of(-3, 1),
    } as const;
    expect([...pruner.score(posterior, [0, 0], {} as PruneContext)]).toEqual([-3, -1]);
  });

  it.each([
    ['./missing.ts', 'E_PLUGIN_NOT_FOUND', 'missing.ts'],
    ['no-such-package', 'E_PLUGIN_NOT_FOUND', 'bbb-plugin-no-such-package'],
    ['./throws.ts', 'E_PLUGIN_THREW', 'no luck today'],
    ['./no-default.ts', 'E_PLUGIN_SHAPE', 'no default export'],
    ['./misspelt.ts', 'E_PLUGIN_SHAPE', 'method'],
  ])('%s: %s', async (specifier, code, text) => {
    expect(await failing(specifier)).toMatchObject({
      code,
      message: expect.stringContaining(text),
      hint: expect.any(String),
    });
  });
});

describe('the registry', () => {
  const pruner = {
    description: 'x',
    options: z.strictObject({}),
    create: () => ({ score: ({ mu }: { mu: Float32Array }) => mu }),
  };

  it('suggests the nearest name', () => {
    const registry = createRegistry([{ name: 'a', pruners: { magnitude: pruner, random: pruner } }]);
    expect(() => registry.get('pruners', 'magnitud')).toThrow(
      expect.objectContaining({
        code: 'E_UNKNOWN_NAME',
        hint: 'Did you mean "magnitude"? Available: magnitude, random.',
      }),
    );
  });

  it.each([
    ['sdg', ['sgd', 'swag'], 'Did you mean "sgd"? '],
    ['Dropout', ['dropout', 'dropconnect'], 'Did you mean "dropout"? '],
    ['pdf', ['html', 'md', 'json'], ''],
    ['something', ['sgd'], ''],
  ])('suggests for %s, of %j: %j', (typed, names, expected) => {
    expect(suggest(typed, names)).toBe(expected);
  });

  it('refuses two plugins with one name', () => {
    const plugins = ['a', 'b'].map((name) => ({ name, pruners: { mine: pruner } }));
    expect(() => createRegistry(plugins)).toThrow(
      expect.objectContaining({
        code: 'E_DUPLICATE_NAME',
        message: expect.stringMatching(/"a" and "b".*"mine"/),
      }),
    );
  });

  it('names the option that does not fit', () => {
    expect(() => parseOptions('mine', z.strictObject({ p: z.number() }), { p: 'x', q: 1 })).toThrow(
      expect.objectContaining({
        code: 'E_OPTIONS',
        message: expect.stringMatching(/p[\s\S]*"q"|"q"[\s\S]*p/),
      }),
    );
  });
});
