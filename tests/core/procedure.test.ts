import {
  createRegistry,
  definePlugin,
  evaluate,
  fingerprint,
  hold,
  openTrial,
  pruneContext,
  prune,
  runTrial,
  scoreWeights,
  selectKeep,
  splitData,
  trainEpoch,
  trialKeys,
  TrialStopped,
  type Chain,
  type EpochMetrics,
  type KeepMasks,
  type Procedure,
  type Trial,
  type TrialOutcome,
  type TrialResume,
  type WeightPosterior,
} from '@bbb/core';
import { referenceOps } from '@bbb/kernels';
import builtIns, { gradualChain, iterativeChain, roundShares } from '@bbb/plugins';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { tinyDataset, tinyTrial } from '../support/tiny-trial.js';

const ops = referenceOps();
const dataset = tinyDataset('mlp');
const options = z.strictObject({});

/** The weights that the criterion `spy` received, call by call. */
let seen: WeightPosterior[][] = [];
let plan: Procedure['plan'] = () => [];
const registry = createRegistry([
  builtIns,
  definePlugin({
    name: 'of this test',
    pruners: {
      spy: {
        description: 'Magnitude, and looks.',
        options,
        create: () => ({
          score(weights, _key, { posterior }) {
            if (weights.name === posterior[0]!.name) seen.push([...posterior]);
            return weights.mu.map(Math.abs);
          },
        }),
      },
    },
    procedures: {
      mine: {
        description: 'As the test says.',
        options,
        create: () => ({ plan: (context) => plan(context) }),
      },
    },
  }),
]);

function trialOf(use: string, own: Record<string, unknown> = {}, changes: Partial<Trial> = {}): Trial {
  const trial = tinyTrial('mlp', { use: 'sgd', options: sgdOptions }, changes);
  const procedure = { use, options: { ...defaultsOf(use), ...own } };
  return { ...trial, pruning: { ...trial.pruning, finetuneEpochs: 0, procedure, ...changes.pruning } };
}
const sgdOptions = registry.get('methods', 'sgd').options.parse({}) as Record<string, unknown>;
const defaultsOf = (use: string) => registry.get('procedures', use).options.parse({}) as object;

const run = (trial: Trial, resume?: TrialResume, hooks = {}): Promise<TrialOutcome> =>
  runTrial({ trial, registry, dataset, ops, hooks, ...(resume ? { resume } : {}) });

/** Every checkpoint that a trial offers. */
async function checkpointsOf(trial: Trial): Promise<{ resumes: TrialResume[]; outcome: TrialOutcome }> {
  const resumes: TrialResume[] = [];
  const epochs: EpochMetrics[] = [];
  const keep = (checkpoint: Uint8Array): void =>
    void resumes.push({ checkpoint: new Uint8Array(checkpoint), epochs: structuredClone(epochs) });
  const outcome = await run(trial, undefined, {
    onEpoch(metrics: EpochMetrics, checkpoint: () => Uint8Array) {
      epochs.push(metrics);
      keep(checkpoint());
    },
    onProcedureEpoch: (checkpoint: () => Uint8Array) => keep(checkpoint()),
  });
  return { resumes, outcome };
}

const MOMENTUM = { kind: 'sgd', learningRate: 0.05, momentum: 0.9 } as const;

describe('a procedure', () => {
  const PROCEDURES: [string, Record<string, unknown>][] = [
    ['iterative', { rounds: 2 }],
    ['gradual', { begin: 0.25, end: 0.75 }],
    ['rewind', { rate: 0.4, epoch: 1 }],
    ['rewind', { rate: 0.4, reinitialise: true }],
    ['at-init', {}],
  ];

  it.each(PROCEDURES)('%s %o goes on from the end of an epoch, with the same bits', async (use, own) => {
    const bayes = { use: 'bbb-gaussian', options: registry.get('methods', 'bbb-gaussian').options.parse({}) };
    const base = trialOf(use, own);
    for (const trial of [
      { ...base, method: bayes as Trial['method'] },
      { ...base, training: { ...base.training, optimizer: MOMENTUM } },
    ]) {
      const { resumes, outcome } = await checkpointsOf(trial);
      expect(resumes.length).toBeGreaterThan(trial.training.epochs + 2);
      // Some checkpoints of the trial's own training, more of the procedure, and the last one.
      for (const resume of resumes.filter((_, i) => i % 3 === 2 || i === resumes.length - 1)) {
        const resumed = await run(trial, resume);
        expect(resumed.checkpoint).toEqual(outcome.checkpoint);
        expect(fingerprint(resumed.result)).toBe(fingerprint(outcome.result));
      }
    }
  });

  it.each(PROCEDURES)('%s %o gives networks of exactly the requested shares', async (use, own) => {
    const { result } = (await checkpointsOf(trialOf(use, own))).outcome;
    const { ranked } = result.pruning[0]!;
    expect(result.pruning.map(({ share }) => share)).toEqual([0, 0.5, 0.9]);
    expect(result.pruning.map(({ zeros }) => zeros)).toEqual(
      [0, 0.5, 0.9].map((f) => Math.floor(f * ranked)),
    );
    expect(result.pruning.map(({ finetuned }) => finetuned)).toEqual([false, true, true]);
  });

  it('stops on request, in the middle', async () => {
    let epochs = 0;
    const stopped = run(trialOf('gradual'), undefined, {
      onProcedureEpoch: () => void epochs++,
      shouldStop: () => epochs === 2,
    });
    await expect(stopped).rejects.toBeInstanceOf(TrialStopped);
  });

  it('does not change the network that the trial trains', async () => {
    const { procedure: _, ...pruning } = trialOf('rewind').pruning;
    const without = await run({ ...trialOf('rewind'), pruning });
    const { outcome } = await checkpointsOf(trialOf('rewind'));
    expect(outcome.result.pruning[0]!.evaluations).toEqual(without.result.pruning[0]!.evaluations);
    expect(outcome.result.epochs.map(({ loss }) => loss)).toEqual(
      without.result.epochs.map(({ loss }) => loss),
    );
  });

  it('one-shot gives the same as a trial without a procedure', async () => {
    const trial = trialOf('one-shot', {}, { pruning: { ...trialOf('one-shot').pruning, finetuneEpochs: 2 } });
    const { procedure: _, ...pruning } = trial.pruning;
    const [named, without] = [await run(trial), await run({ ...trial, pruning })];
    expect(named.result.pruning).toEqual(without.result.pruning);
  });
});

describe('at-init', () => {
  it('scores the initial weights, prunes, and trains with the masks', async () => {
    const trial = trialOf('at-init');
    const { result } = await run(trial);
    const { inputShape, target } = dataset;
    const splits = splitData(dataset, trial.data, trialKeys(trial.seed).split);
    const { model, trainer, likelihood, keys } = openTrial(
      trial,
      { inputShape, target, preprocessing: splits.train.preprocessing },
      { registry, ops },
    );
    const state = trainer.init(model.init(keys.init));
    const context = pruneContext({ ops, model, likelihood, params: state.params, init: keys.init });
    const use = { use: 'magnitude', options: {} };
    const { tensors } = scoreWeights(use, registry, context, trial.pruning, keys.prune('magnitude'));
    const keep: KeepMasks = selectKeep(tensors, 0.9, 'global');
    prune(ops, model, state.params, keep);
    const common = { ops, model, trainer, likelihood, state, examples: splits.train, keep };
    for (let epoch = 0; epoch < trial.training.epochs; epoch++)
      trainEpoch({ ...common, training: trial.training, key: keys.training }, epoch);
    hold(ops, model, state, keep);
    const sets = { test: splits.test, outOfDistribution: {} };
    const { evaluations } = evaluate({ ops, model, likelihood }, state.params, sets, 3, keys.evaluate);
    expect(result.pruning[2]!.evaluations).toEqual(evaluations);
  });
});

describe('a chain that goes back', () => {
  const target = { share: 0.5 };
  const looking = (chain: Chain, more: Partial<Trial['pruning']> = {}): Trial => {
    plan = () => [[...chain, { do: 'measure', target }]];
    seen = [];
    const pruning = { ...trialOf('mine').pruning, pruners: [{ use: 'spy', options: {} }], shares: [0.5] };
    return trialOf('mine', {}, { pruning: { ...pruning, ...more } });
  };

  it('gives the kept weights the bytes that training started from, and keeps the others at zero', async () => {
    const trial = looking([
      { do: 'reset', to: 'trained' },
      { do: 'prune', target },
      { do: 'reset', to: 'initial' },
      { do: 'prune', target },
    ]);
    const { result } = await run(trial);
    const [trained, back] = seen;
    const open = openTrial(
      trial,
      { inputShape: [4], target: dataset.target, preprocessing: { input: { kind: 'divide', divisor: 1 } } },
      { registry, ops },
    );
    const initial = open.model.posterior(open.model.init(open.keys.init));
    let zeros = 0;
    for (const [t, { mu }] of back!.entries()) {
      expect(trained![t]!.mu).not.toEqual(initial[t]!.mu);
      for (const [i, value] of mu.entries()) {
        if (value === 0) zeros++;
        else expect(value).toBe(initial[t]!.mu[i]);
      }
    }
    expect(zeros).toBe(result.pruning[1]!.zeros);
  });

  it('to an epoch gives the same as training on from there', async () => {
    const trial = looking([
      { do: 'reset', to: { epoch: 2 } },
      { do: 'train', from: 2, to: 4, of: 4 },
      { do: 'prune', target: { share: 0 } },
      { do: 'reset', to: 'trained' },
      { do: 'prune', target },
    ]);
    await run({ ...trial, select: 'last' });
    // One network is trained again from epoch 2; the other is the trained network itself.
    expect(seen).toHaveLength(2);
    expect(seen[0]!.map(({ mu }) => mu)).toEqual(seen[1]!.map(({ mu }) => mu));
  });

  it('to fresh weights uses other weights than the initial ones', async () => {
    await run(
      looking([
        { do: 'reset', to: 'initial' },
        { do: 'prune', target: { share: 0 } },
        { do: 'reset', to: 'fresh' },
        { do: 'prune', target },
      ]),
    );
    expect(seen[1]![0]!.mu).not.toEqual(seen[0]![0]!.mu);
  });
});

describe('a plan', () => {
  const target = { share: 0.5 };
  const planned = (chains: unknown, changes: Partial<Trial['pruning']> = {}): Promise<TrialOutcome> => {
    plan = () => chains as Chain[];
    return run(trialOf('mine', {}, { pruning: { ...trialOf('mine').pruning, shares: [0.5], ...changes } }));
  };
  const reset = { do: 'reset', to: 'trained' };

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['an unknown step', [[reset, { do: 'shrink' }]]],
    [
      'a chain that does not start with a reset',
      [
        [
          { do: 'prune', target },
          { do: 'measure', target },
        ],
      ],
    ],
    ['a target that is never measured', [[reset]]],
    ['a target that is measured twice', [[reset, { do: 'measure', target }, { do: 'measure', target }]]],
    [
      'an epoch after the last',
      [
        [
          { do: 'reset', to: { epoch: 9 } },
          { do: 'measure', target },
        ],
      ],
    ],
    ['no epochs', [[reset, { do: 'train', from: 1, to: 1, of: 2 }, { do: 'measure', target }]]],
  ])('of %s is refused before anything is trained', async (_what, chains) => {
    await expect(planned(chains)).rejects.toMatchObject({
      code: 'E_PROCEDURE',
      message: expect.stringContaining('"mine"'),
      hint: expect.any(String),
    });
  });

  it('of a procedure with its own training is refused together with fine-tuning', async () => {
    const trial = trialOf('gradual');
    await expect(run({ ...trial, pruning: { ...trial.pruning, finetuneEpochs: 1 } })).rejects.toMatchObject({
      code: 'E_PROCEDURE',
    });
  });
});

describe('the shares of the steps', () => {
  const sharesOf = (chain: Chain): number[] =>
    chain.flatMap((step) =>
      step.do === 'prune' && typeof step.target === 'object' && 'share' in step.target
        ? [step.target.share]
        : [],
    );

  it('of gradual are the last one times 1 - (1 - t)^3', () => {
    const shares = sharesOf(gradualChain({ share: 0.8 }, 1, 5, 6));
    for (const [i, t] of [0.25, 0.5, 0.75, 1].entries())
      expect(shares[i]).toBeCloseTo(0.8 * (1 - (1 - t) ** 3), 12);
    expect(shares[3]).toBe(0.8);
  });

  it('of iterative keep the same part each time', () => {
    const shares = sharesOf(iterativeChain({ share: 0.875 }, { rounds: 3, epochs: 1 }));
    for (const [i, share] of [0.5, 0.75, 0.875].entries()) expect(shares[i]).toBeCloseTo(share, 12);
    expect(sharesOf(iterativeChain({ share: 1 }, { rounds: 2, epochs: 1 }))).toEqual([1, 1]);
  });

  it('of rewind remove 20 % of the remaining weights, and include every measured share', () => {
    const rounds = roundShares([0.36, 0.5, 1], 0.2);
    expect(rounds.map((share) => Number(share.toFixed(4)))).toEqual([0.2, 0.36, 0.488, 0.5, 1]);
    expect(roundShares([0.9999], 0.2).at(-1)).toBe(0.9999);
    expect(roundShares([0.0001], 0.2)).toEqual([0.0001]);
  });
});
