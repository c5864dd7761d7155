import type { Key } from '@bbb/kernels';
import { canonicalJson } from '../canonical-json.js';
import type { Splits } from '../data/split.js';
import type { KeepMasks, Params } from '../model/model.js';
import { disposeParams } from '../model/params.js';
import { pruneContext } from '../prune/context.js';
import { decide, type Target } from '../prune/decide.js';
import { scoreWeights, type Scored } from '../prune/prune-model.js';
import type { PruneContext } from '../prune/pruner.js';
import { updateKept } from '../prune/update.js';
import { fold } from '@bbb/base';
import { trainEpoch } from '../training/train.js';
import type { OpenTrial } from '../trial/open-trial.js';
import type { TrialInput } from '../trial/run.js';
import type { PlannedChain } from './plan.js';
import type { MeasuredRow, Position } from './position.js';
import type { RewindPoint, ProcedureStep } from './procedure.js';
import { PrunedNetwork, type Start } from './pruned-network.js';
import type { Snapshots } from './snapshots.js';

/** The trial and the networks that a procedure works with. */
export interface ProcedureRun {
  readonly input: TrialInput;
  readonly open: OpenTrial;
  readonly splits: Splits;
  readonly chains: readonly PlannedChain[];
  /** The parameters that the trial selected. They are not changed. */
  readonly trained: Params;
  readonly snapshots: Snapshots;
  /** The position at which an earlier run was stopped. */
  readonly from?: Position;
  measure(pruned: PrunedTo): MeasuredRow;
  /** Called and awaited after each epoch of training, with a function that returns what a checkpoint needs to go on. */
  onEpoch(position: () => Position): Promise<void> | void;
  /** Called before each step, with the share of the work that is done. */
  onProgress(share: number): void;
}

/** A network to measure. */
export interface PrunedTo {
  readonly label: string;
  readonly target: Target;
  readonly params: Params;
  readonly keep: KeepMasks;
  readonly units?: KeepMasks;
  readonly warnings: readonly string[];
  /** Whether it was trained after pruning. */
  readonly finetuned: boolean;
}

/**
 * Does the steps of every chain, in order, and returns what was measured. A pure function of the trial, even if it was stopped at the end of
 * an epoch and resumed.
 */
export async function runProcedure(run: ProcedureRun): Promise<MeasuredRow[]> {
  const { chains, from, open, input } = run;
  const rows: MeasuredRow[] = [...(from?.rows ?? [])];
  const points = startingPoints(run);
  const { model, trainer } = open;
  const network = new PrunedNetwork({ ops: input.ops, model, trainer });
  const progress = meter(run);
  try {
    for (let c = from?.chain ?? 0; c < chains.length; c++) {
      const chain = chains[c]!;
      const resumed = from && c === from.chain ? from : undefined;
      if (resumed) network.restore(resumed, run.trained);
      else network.keep = network.units = undefined;
      const walk: Walk = { run, chain, network, points, rows };
      for (let s = resumed?.step ?? 0; s < chain.steps.length; s++) {
        const done = resumed && s === resumed.step ? resumed.done : 0;
        const step = chain.steps[s]!;
        progress(c, s, done);
        if (step.do === 'train') await trainOn(walk, { chain: c, step: s, done }, progress);
        else doStep(walk, s, step);
      }
    }
    return rows;
  } finally {
    network.dispose();
    points.dispose();
  }
}

interface Walk {
  readonly run: ProcedureRun;
  readonly chain: PlannedChain;
  readonly network: PrunedNetwork;
  readonly points: StartingPoints;
  readonly rows: MeasuredRow[];
}

function doStep(walk: Walk, s: number, step: Exclude<ProcedureStep, { do: 'train' }>): void {
  const { run, chain, network, points, rows } = walk;
  if (step.do === 'reset') {
    network.reset(points.start(step.to));
    network.warnings = [];
    return;
  }
  const finish = finishKey(walk, s);
  if (step.do === 'prune') return pruneTo(walk, s, step.target, finish);
  network.settled(run.splits.train, finish, (params) => {
    const { keep, units, warnings, trained } = network;
    rows.push(
      run.measure({
        label: chain.label,
        target: step.target,
        params,
        keep: keep ?? {},
        ...(units ? { units } : {}),
        warnings,
        finetuned: trained,
      }),
    );
  });
}

function pruneTo(walk: Walk, s: number, target: Target, finish: Key | undefined): void {
  const { run, chain, network, points } = walk;
  const { input, open } = run;
  const { ops, trial, registry } = input;
  const { pruner, label, steps } = chain;
  const before = steps[s - 1];
  // After a reset and before any pruning, all criteria and targets see the same network. They share what is computed from it.
  const shared = before?.do === 'reset' && !network.keep ? points.context(before.to) : undefined;
  const score = (context: PruneContext): Scored =>
    scoreWeights(pruner, registry, context, trial.pruning, open.keys.prune(label));
  network.settled(run.splits.train, finish, (params) => {
    const context = shared?.context ?? contextOf(run, params);
    const scored = shared?.once(label, () => score(context)) ?? score(context);
    const { keep, units, warnings } = decide(scored, target, trial.pruning.scope, open.model.architecture);
    updateKept(ops, open.model, network.params, label, scored, keep, context);
    network.remove(keep);
    network.units = units;
    network.warnings = warnings;
  });
}

async function trainOn(
  walk: Walk,
  at: { readonly chain: number; readonly step: number; readonly done: number },
  progress: (chain: number, step: number, done: number) => void,
): Promise<void> {
  const { run, chain, network, rows } = walk;
  const { input, open, splits } = run;
  const { ops, trial } = input;
  const { model, trainer, likelihood } = open;
  const step = chain.steps[at.step]!;
  if (step.do !== 'train') return;
  const { from, to, of, stream } = step;
  const key = stream === undefined ? open.keys.training : streamKey(walk, at.step, stream);
  const state = network.state();
  for (let epoch = from + at.done; epoch < to; epoch++) {
    trainEpoch(
      {
        ops,
        model,
        trainer,
        likelihood,
        state,
        examples: splits.train,
        training: { ...trial.training, epochs: of },
        key,
        ...(network.keep ? { keep: network.keep } : {}),
        fineTuning: stream !== undefined,
      },
      epoch,
    );
    network.trained = true;
    const done = epoch - from + 1;
    progress(at.chain, at.step, done);
    await run.onEpoch(() => ({
      chain: at.chain,
      step: at.step,
      done,
      ...network.store(),
      rows: [...rows],
    }));
  }
}

/** The key for the order and the noise of a training that only this network has. */
function streamKey({ run, chain }: Walk, s: number, stream: string): Key {
  const next = chain.steps.slice(s).find((step) => step.do === 'measure');
  const target = next?.target ?? 'suggested';
  const { keys } = run.open;
  const own =
    typeof target === 'object' && 'share' in target
      ? keys.finetune(chain.label, target.share)
      : fold(keys.finetune(chain.label, 0), canonicalJson(target));
  return stream === '' ? own : fold(own, stream);
}

/** The key for `finish` after the last training. Undefined if there was no training since the last reset. */
function finishKey(walk: Walk, s: number): Key | undefined {
  const { steps } = walk.chain;
  for (let i = s - 1; i >= 0; i--) {
    const step = steps[i]!;
    if (step.do === 'reset') return undefined;
    if (step.do !== 'train') continue;
    if (step.stream === undefined) return walk.run.open.keys.finish;
    return fold(streamKey(walk, i, step.stream), 'finish');
  }
  return undefined;
}

function contextOf({ input, open, splits }: ProcedureRun, params: Params): PruneContext {
  const { model, likelihood, keys } = open;
  return pruneContext({ ops: input.ops, model, likelihood, params, init: keys.init, examples: splits.train });
}

/** The context of a network that several chains score, and the scores. */
interface SharedContext {
  readonly context: PruneContext;
  once(label: string, score: () => Scored): Scored;
}

interface StartingPoints {
  start(point: RewindPoint): Start;
  context(point: RewindPoint): SharedContext | undefined;
  dispose(): void;
}

/** The networks that chains start from. What is computed from them is kept for the next chain. */
function startingPoints(run: ProcedureRun): StartingPoints {
  const { open, input, trained, snapshots } = run;
  const made = new Map<string, Params>();
  const contexts = new Map<string, SharedContext>();
  const paramsOf = (point: Exclude<RewindPoint, object>): Params => {
    if (point === 'trained') return trained;
    const { init } = open.keys;
    if (!made.has(point)) made.set(point, open.model.init(point === 'initial' ? init : fold(init, 'fresh')));
    return made.get(point)!;
  };
  return {
    start: (point) =>
      typeof point === 'object'
        ? { snapshot: snapshots.get(point.epoch)!, like: trained }
        : { params: paramsOf(point) },
    context(point) {
      if (typeof point === 'object') return undefined;
      if (!contexts.has(point)) {
        const scores = new Map<string, Scored>();
        const context = contextOf(run, paramsOf(point));
        const once = (label: string, score: () => Scored): Scored => {
          if (!scores.has(label)) scores.set(label, score());
          return scores.get(label)!;
        };
        contexts.set(point, { context, once });
      }
      return contexts.get(point);
    },
    dispose() {
      for (const params of made.values()) disposeParams(input.ops, params);
    },
  };
}

/** Units of work of all chains: an epoch of training, or a network to measure. */
export function workOfChains(chains: readonly PlannedChain[]): number {
  return chains.flatMap(({ steps }) => steps).reduce((sum, step) => sum + workOf(step), 0);
}

function workOf(step: ProcedureStep): number {
  return step.do === 'train' ? step.to - step.from : step.do === 'measure' ? 1 : 0;
}

/** Reports the share of the work that is done. An epoch of training counts as much as a measurement. */
function meter(run: ProcedureRun): (chain: number, step: number, done: number) => void {
  let sum = 0;
  const before = run.chains.map(({ steps }) =>
    steps.map((step) => {
      const own = sum;
      sum += workOf(step);
      return own;
    }),
  );
  return (chain, step, done) => run.onProgress(sum === 0 ? 1 : (before[chain]![step]! + done) / sum);
}
