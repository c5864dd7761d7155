import {
  checkedDataset,
  createRegistry,
  runTrial,
  startBackend,
  type Model,
  type Pruner,
  type Trainer,
  type TrialInput,
  type TrialResult,
} from '@bbb/core';
import plugins from '@bbb/plugins';
import type { Tensor } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import faulty from '../../packages/contract/src/faulty.js';
import { tinyPlan } from '../../packages/contract/src/tiny-plan.js';

const sgd = plugins.methods!['sgd']!;
const options = z.strictObject({});
let input: TrialInput;

beforeAll(async () => {
  const registry = createRegistry([plugins, faulty]);
  const [planned] = (await tinyPlan()).trials;
  const source = registry.get('datasets', 'toy');
  const dataset = await source.load(source.options.parse({}), {});
  input = { trial: planned!.trial, registry, dataset, ops: await startBackend() };
});

/** The error or result of a trial with this criterion, or with this change to maximum likelihood. */
async function ending(odd: {
  score?: Pruner['score'];
  model?: (model: Model) => Partial<Model>;
  trainer?: (trainer: Trainer) => Partial<Trainer>;
}): Promise<unknown> {
  const registry = createRegistry([
    plugins,
    faulty,
    {
      name: 'odd',
      pruners: {
        odd: { description: 'Odd.', options, create: () => ({ score: odd.score ?? (({ mu }) => mu) }) },
      },
      methods: {
        odd: {
          ...sgd,
          create(given, context) {
            const { model, trainer } = sgd.create(given, context);
            return {
              model: { ...model, ...odd.model?.(model) },
              trainer: { ...trainer, ...odd.trainer?.(trainer) },
            };
          },
        },
      },
    },
  ]);
  const trial = {
    ...input.trial,
    method: { ...input.trial.method, use: 'odd' },
    pruning: { ...input.trial.pruning, pruners: [{ use: 'odd', options: {} }] },
  };
  return runTrial({ ...input, registry, trial }).catch((error: unknown) => error);
}

describe('a pruner', () => {
  it.each<[string, string, (mu: Float32Array) => unknown]>([
    ['an array of strings', 'E_PRUNER_SHAPE', (mu) => [...mu].map(String)],
    ['an array of numbers', 'E_PRUNER_SHAPE', (mu) => [...mu]],
    ['an array with holes', 'E_PRUNER_SHAPE', (mu) => Array(mu.length)],
    ['a Float64Array', 'E_PRUNER_SHAPE', (mu) => Float64Array.from(mu)],
    ['too few', 'E_PRUNER_SHAPE', (mu) => mu.subarray(1)],
    ['a promise', 'E_PRUNER_SHAPE', (mu) => Promise.resolve(mu)],
    ['nothing', 'E_PRUNER_SHAPE', () => undefined],
    ['Infinity', 'E_PRUNE_SCORE', (mu) => mu.with(3, Infinity)],
    ['-Infinity', 'E_PRUNE_SCORE', (mu) => mu.with(3, -Infinity)],
    ['NaN', 'E_PRUNE_SCORE', (mu) => mu.with(3, NaN)],
    ['a score that float32 cannot hold', 'E_PRUNE_SCORE', (mu) => mu.with(3, 1e39)],
  ])('that returns %s ends the trial, by name', async (_what, code, score) => {
    const ended = await ending({ score: ({ mu }) => score(mu) as Float32Array });
    expect(ended).toMatchObject({
      code,
      message: expect.stringContaining('pruner "odd"'),
      hint: expect.any(String),
    });
  });

  it('that returns finite numbers is accepted', async () => {
    expect(await ending({})).toHaveProperty('result');
  });

  it('may work in the arrays that it is given', async () => {
    const score = (mu: Float32Array): Float32Array => mu.map(Math.abs);
    const apart = await ending({ score: ({ mu }) => score(mu) });
    const inPlace = await ending({
      score: ({ mu }) => {
        const scores = score(mu);
        mu.fill(0);
        return scores;
      },
    });
    const pruning = (ended: unknown): unknown => (ended as { result: TrialResult }).result.pruning;
    expect(pruning(inPlace)).toEqual(pruning(apart));
  });
});

describe('a method', () => {
  const step = (change: object) => ({
    trainer: (trainer: Trainer): Partial<Trainer> => ({
      step: (...args) => ({ ...trainer.step(...args), ...change }),
    }),
  });
  const posterior = (change: (given: ReturnType<Model['posterior']>) => unknown) => ({
    model: (model: Model): Partial<Model> => ({
      posterior: (params) => change(model.posterior(params)) as ReturnType<Model['posterior']>,
    }),
  });
  it.each<[string, string, Parameters<typeof ending>[0]]>([
    ['an nll that is text', 'E_METHOD', step({ nll: '2.5' })],
    ['no nll', 'E_METHOD', step({ nll: undefined })],
    ['an nll of NaN', 'E_DIVERGED', step({ nll: NaN })],
    ['an error that is text', 'E_METHOD', step({ error: '3' })],
    ['no error', 'E_METHOD', step({ error: undefined })],
    ['a negative error', 'E_METHOD', step({ error: -1 })],
    ['a promise of a step', 'E_METHOD', { trainer: () => ({ step: () => Promise.resolve({}) as never }) }],
    ['no results of several steps', 'E_METHOD', { trainer: () => ({ steps: () => [] }) }],
    ['a cost that is text', 'E_METHOD', { trainer: () => ({ complexityCost: () => '0' as never }) }],
    ['too few weights', 'E_METHOD', posterior((all) => all.slice(1))],
    ['weights in another order', 'E_METHOD', posterior((all) => all.toReversed())],
    [
      'means that are too short',
      'E_METHOD',
      posterior((all) => all.map((w) => ({ ...w, mu: w.mu.subarray(1) }))),
    ],
    ['means in an array', 'E_METHOD', posterior((all) => all.map((w) => ({ ...w, mu: [...w.mu] })))],
    [
      'too few sigmas',
      'E_METHOD',
      posterior((all) => all.map((w) => ({ ...w, sigma: new Float32Array(1) }))),
    ],
    ['no posterior', 'E_METHOD', posterior(() => undefined)],
    [
      'a network without weights',
      'E_METHOD',
      { model: (m) => ({ draw: (...a) => ({ ...m.draw(...a), weights: {} }) }) },
    ],
    [
      'outputs of another shape',
      'E_METHOD',
      { model: (m) => ({ draw: (...a) => ({ ...m.draw(...a), outputs: (x) => (x as Tensor).clone() }) }) },
    ],
    ['a model without draw', 'E_METHOD', { model: () => ({ draw: undefined as never }) }],
    ['a trainer without step', 'E_METHOD', { trainer: () => ({ step: undefined as never }) }],
  ])('that gives %s ends the trial, by name', async (_what, code, odd) => {
    const ended = await ending(odd);
    expect(ended).toMatchObject({ code, hint: expect.any(String) });
    if (code === 'E_METHOD') expect((ended as Error).message).toContain('method "odd"');
  });

  it('may be of a class, with private members', async () => {
    class Counting {
      #steps = 0;
      constructor(readonly inner: Trainer) {}
      init(...args: Parameters<Trainer['init']>) {
        return this.inner.init(...args);
      }
      step(...args: Parameters<Trainer['step']>) {
        this.#steps++;
        return this.inner.step(...args);
      }
      complexityCost(): number {
        return this.#steps;
      }
      dispose(): void {
        this.inner.dispose();
      }
    }
    const registry = createRegistry([
      plugins,
      {
        name: 'classy',
        methods: {
          classy: {
            ...sgd,
            create(given, context) {
              const { model, trainer } = sgd.create(given, context);
              return { model, trainer: new Counting(trainer) };
            },
          },
        },
      },
    ]);
    const trial = { ...input.trial, method: { use: 'classy', options: {} } };
    const { result } = await runTrial({ ...input, registry, trial });
    expect(result.epochs[0]!.kl).toBeGreaterThan(0);
  });
});

describe('a data set', () => {
  it('with any member missing, or of another kind, is refused with its name', () => {
    const members = Object.keys(input.dataset);
    const parts = ['train', 'test'].flatMap((part) =>
      ['features', 'targets', 'count'].map((member) => [part, member]),
    );
    const paths = [...members.map((member) => [member]), ...parts];
    const odd = fc.constantFrom<unknown>(undefined, null, 'x', -1, Number.NaN, [], {}, Promise.resolve());
    fc.assert(
      fc.property(fc.constantFrom(...paths), odd, (path, value) => {
        fc.pre(!(['name', 'source'].includes(path[0]!) && value === 'x'));
        fc.pre(!(path[0] === 'sha256' && JSON.stringify(value) === '{}' && !(value instanceof Promise)));
        const copy: Record<string, unknown> = { ...input.dataset };
        if (path.length === 1) copy[path[0]!] = value;
        else copy[path[0]!] = { ...(copy[path[0]!] as object), [path[1]!]: value };
        expect(() => checkedDataset('odd', copy)).toThrow(
          expect.objectContaining({ code: 'E_DATASET', message: expect.stringContaining('"odd"') }),
        );
      }),
    );
    expect(checkedDataset('toy', input.dataset)).toBe(input.dataset);
  });

  it('with a label too large, or a pixel too few, is refused', () => {
    const { train } = input.dataset;
    for (const odd of [{ targets: train.targets.with(5, 3) }, { features: train.features.subarray(1) }]) {
      expect(() => checkedDataset('odd', { ...input.dataset, train: { ...train, ...odd } })).toThrow(
        expect.objectContaining({ code: 'E_DATASET' }),
      );
    }
  });
});
