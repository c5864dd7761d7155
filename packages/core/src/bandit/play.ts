import type { Key, Operand, Ops } from '@bbb/kernels';
import { BbbError } from '../errors.js';
import type { Draw } from '../model/model.js';
import { disposeState } from '../model/params.js';
import type { TrainingState } from '../model/trainer.js';
import type { Registry } from '../plugin/registry.js';
import { unitUniform, words, fold, rootKey } from '@bbb/base';
import { openTrial, type OpenTrial } from '../trial/open-trial.js';
import type { Trial } from '../trial/trial.js';
import { memory, type Memory } from './memory.js';
import { EAT, tallyOf } from './tally.js';
import type { BanditAgent, BanditSettings } from './settings.js';
import type { BanditTable } from './table.js';

const ACTIONS = 2;

/** The result of one agent with one seed. Plain JSON. Everything except `seconds` is a pure function of what was played. */
export interface BanditRun {
  readonly agent: string;
  readonly seed: number;
  /** Rounds after which regret was noted, ascending. The last number is the last round. */
  readonly rounds: readonly number[];
  /** Expected reward that was missed up to these rounds, compared with an agent that knows every class. */
  readonly regret: readonly number[];
  /** Numbers of rows that were eaten. */
  readonly eaten: { readonly good: number; readonly bad: number };
  readonly passed: { readonly good: number; readonly bad: number };
  readonly seconds: number;
}

export interface BanditPlay {
  readonly agent: BanditAgent;
  /** The method, its training, network and seed. Its data are those of the table. */
  readonly trial: Trial;
  readonly table: BanditTable;
  readonly settings: BanditSettings;
  readonly registry: Registry;
  readonly ops: Ops;
  /** Checked every few rounds. If it is aborted, its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Plays all rounds. Which row is shown, and whether poison is punished, depends only on the seed and the round. So agents with the same seed can be
 * compared round by round.
 * @param play table, method, rounds and seed
 * @throws BbbError `E_BANDIT` for a method that is finished only after training; as `openTrial`; the signal's reason
 */
export async function playBandit(play: BanditPlay): Promise<BanditRun> {
  const { agent, trial, table, settings, registry, ops, signal } = play;
  const opened = openTrial(
    { ...trial, likelihood: settings.likelihood },
    {
      inputShape: [table.width + ACTIONS],
      target: { kind: 'real', unit: 'reward' },
      preprocessing: { input: { kind: 'divide', divisor: 1 }, target: { mean: 0, sd: settings.scale } },
    },
    { registry, ops },
  );
  if (opened.trainer.finish) {
    opened.trainer.dispose();
    throw new BbbError(
      'E_BANDIT',
      `The method "${trial.method.use}" can predict only after training has ended, but a bandit predicts in every round.`,
      {
        hint: 'Choose a method that can predict at any time, e.g. bbb-gaussian.',
      },
    );
  }
  const state = opened.trainer.init(opened.model.init(opened.keys.init));
  const seen = ops.alloc([ACTIONS, table.width + ACTIONS]);
  const batch = ops.alloc([trial.training.batchSize, table.width + ACTIONS]);
  const key = fold(rootKey(trial.seed), 'bandit');
  const past = memory(settings.buffer);
  const tally = tallyOf(settings);
  const begin = performance.now();
  try {
    for (let round = 0; round < settings.rounds; round++) {
      if (round % 16 === 0) await turn(signal);
      const row = below(fold(key, 'row', round), table.rows);
      const punished = unitUniform(fold(key, 'poison', round)) < settings.rewards.chance;
      const chance = fold(key, 'chance', round);
      const byChance = agent.epsilon > 0 && unitUniform(chance) < agent.epsilon;
      const action = byChance
        ? below(fold(chance, 'action'), ACTIONS)
        : best(opened, state, ops, writeRow(play, seen, row), settings.draws, fold(key, 'act', round));
      past.add(row, action, rewardOf(settings, table.bad[row] === 1, action, punished));
      tally.add(table.bad[row] === 1, action);
      if ((round + 1) % settings.every === 0)
        for (let step = 0; step < settings.steps; step++)
          learn(play, opened, state, past, batch, fold(key, 'step', round, step));
    }
  } finally {
    for (const operand of [seen, batch]) ops.free(operand);
    disposeState(ops, state);
    opened.trainer.dispose();
  }
  return {
    agent: agent.name,
    seed: trial.seed,
    ...tally.totals(),
    seconds: (performance.now() - begin) / 1000,
  };
}

/** Lets the event loop run, so that an abort signal can arrive. */
async function turn(signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve) => setTimeout(resolve));
  signal?.throwIfAborted();
}

/** One number from 0 to bound - 1. */
function below(key: Key, bound: number): number {
  const limit = 2 ** 32 - (2 ** 32 % bound);
  for (const word of words(key)) if (word < limit) return word % bound;
  return 0;
}

/** Writes the row with each action, one below the other. */
function writeRow({ table, ops }: BanditPlay, out: Operand, row: number): Operand {
  ops.write(out, Array.from({ length: ACTIONS }, (_, action) => inputOf(table, row, action)).flat());
  return out;
}

function inputOf({ contexts, width }: BanditTable, row: number, action: number): number[] {
  const context = contexts.subarray(row * width, (row + 1) * width);
  return [...context, ...Array.from({ length: ACTIONS }, (_, a) => (a === action ? 1 : 0))];
}

/** The action with the largest predicted reward: by draws of the weights (Thompson sampling) if the method has them, else by the mean network. */
function best(
  { model }: OpenTrial,
  state: TrainingState,
  ops: Ops,
  x: Operand,
  draws: number,
  key: Key,
): number {
  const members: readonly Draw[] = model.stochastic ? model.draws(draws, key) : ['mean'];
  const sums = new Float64Array(ACTIONS);
  for (const draw of members) {
    const network = model.draw(state.params, draw);
    const outputs = network.outputs(x);
    const values = ops.read(outputs);
    // The network may have more than one output for each row. The first one is the mean.
    for (let a = 0; a < ACTIONS; a++) sums[a]! += values[(a * values.length) / ACTIONS]!;
    ops.free(outputs);
    network.dispose();
  }
  return sums[EAT]! >= sums[1 - EAT]! ? EAT : 1 - EAT;
}

/**
 * One step on a minibatch that is drawn, with replacement, from the memory.The KL is weighted as for a training set of as many examples as
 * the memory holds.
 */
function learn(
  { table, trial, ops }: BanditPlay,
  { trainer }: OpenTrial,
  state: TrainingState,
  past: Memory,
  batch: Operand,
  key: Key,
): void {
  const { batchSize, optimizer } = trial.training;
  const stream = words(fold(key, 'batch'));
  const drawn = Array.from({ length: batchSize }, () =>
    past.at(Math.floor((stream.next().value / 2 ** 32) * past.count)),
  );
  ops.write(
    batch,
    drawn.flatMap(({ row, action }) => inputOf(table, row, action)),
  );
  const targets = Float32Array.from(drawn, ({ reward }) => reward);
  const examples = past.count;
  trainer.step(
    state,
    { x: batch, targets, index: 0, batches: examples / batchSize, examples },
    { learningRate: optimizer.learningRate, key },
  );
}

function rewardOf({ rewards }: BanditSettings, bad: boolean, action: number, punished: boolean): number {
  if (action !== EAT) return 0;
  return bad && punished ? rewards.bad : rewards.good;
}
