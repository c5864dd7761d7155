import type { Key, Ops } from '@bbb/kernels';
import type { Examples } from '../data/examples.js';
import { restoreParams, prefixed, readParams } from '../checkpoint/trial-checkpoint.js';
import type { KeepMasks, Model, Params } from '../model/model.js';
import { cloneParams, disposeMoments, disposeParams, flatMoments } from '../model/params.js';
import type { Trainer, TrainingState } from '../model/trainer.js';
import { hold, prune } from '../prune/masks.js';
import { overwrite, type Snapshot, stateOf } from './snapshots.js';
import type { Position } from './position.js';

/** The parts of a trial that a network in a procedure needs. */
export interface NetworkParts {
  readonly ops: Ops;
  readonly model: Model;
  readonly trainer: Trainer;
}

/** The values that a reset copies. */
export type Start = { readonly params: Params } | { readonly snapshot: Snapshot; readonly like: Params };

/**
 * The network that a chain works on: its parameters, the masks of what was removed, and the moments of its optimiser, which are made when it
 * is first trained.
 */
export class PrunedNetwork {
  keep: KeepMasks | undefined;
  units: KeepMasks | undefined;
  warnings: readonly string[] = [];
  /** Whether it was trained since the last reset. */
  trained = false;
  /** Whether weights were removed since the last reset or training. */
  #params: Params | undefined;
  #state: TrainingState | undefined;

  constructor(private readonly parts: NetworkParts) {}

  get params(): Params {
    return this.#params!;
  }

  /** Its training state, with new moments if it was not trained yet. */
  state(): TrainingState {
    this.#state ??= this.parts.trainer.init(this.params);
    return this.#state;
  }

  /** Sets the remaining weights to other values. */
  reset(start: Start): void {
    const { ops, trainer, model } = this.parts;
    this.dispose();
    if ('snapshot' in start) {
      this.#state = stateOf(ops, trainer, start.snapshot, start.like);
      this.#params = this.#state.params;
    } else {
      this.#params = cloneParams(ops, start.params);
    }
    this.trained = false;
    if (!this.keep) return;
    if (this.#state) hold(ops, model, this.#state, this.keep);
    else prune(ops, model, this.params, this.keep);
  }

  /** Removes weights for good. Weights that were removed before stay removed. */
  remove(keep: KeepMasks): void {
    const { ops, model } = this.parts;
    this.keep = this.keep ? both(this.keep, keep) : keep;
    if (this.#state) hold(ops, model, this.#state, this.keep);
    else prune(ops, model, this.params, this.keep);
  }

  /**
   * Calls `use` with the parameters to score or measure. If the trainer computes something at the end of training, `use` gets a copy that
   * contains it.
   */
  settled<T>(examples: Examples, key: Key | undefined, use: (params: Params) => T): T {
    const { ops, model, trainer } = this.parts;
    if (!trainer.finish || !key || !this.trained) return use(this.params);
    const copy = cloneParams(ops, this.params);
    try {
      trainer.finish(copy, examples, key);
      if (this.keep) prune(ops, model, copy, this.keep);
      return use(copy);
    } finally {
      disposeParams(ops, copy);
    }
  }

  /** Everything that a checkpoint has to store of it. */
  store(): Pick<Position, 'optimizerStep' | 'params' | 'moments' | 'keep' | 'units' | 'warnings'> {
    const { ops } = this.parts;
    const { params, moments, step } = this.state();
    return {
      optimizerStep: step,
      params: readParams(ops, params),
      moments: readParams(ops, flatMoments(moments)),
      ...(this.keep ? { keep: this.keep } : {}),
      ...(this.units ? { units: this.units } : {}),
      warnings: this.warnings,
    };
  }

  /** Restores what {@link PrunedNetwork.store} returned. */
  restore(stored: Position, like: Params): void {
    const { ops, trainer } = this.parts;
    this.dispose();
    this.#state = trainer.init(restoreParams(ops, prefixed('kept', stored.params), 'kept', like));
    this.#params = this.#state.params;
    overwrite(ops, flatMoments(this.#state.moments), stored.moments);
    this.#state.step = stored.optimizerStep;
    this.keep = stored.keep;
    this.units = stored.units;
    this.warnings = stored.warnings;
    this.trained = true;
  }

  dispose(): void {
    const { ops } = this.parts;
    if (this.#params) disposeParams(ops, this.#params);
    if (this.#state) disposeMoments(ops, this.#state.moments);
    this.#params = undefined;
    this.#state = undefined;
  }
}

function both(a: KeepMasks, b: KeepMasks): KeepMasks {
  return {
    ...a,
    ...Object.fromEntries(
      Object.entries(b).map(([name, mask]) => {
        const earlier = a[name];
        return [name, earlier ? mask.map((kept, i) => kept & earlier[i]!) : mask];
      }),
    ),
  };
}
