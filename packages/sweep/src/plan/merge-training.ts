import { BbbError, DEFAULT_TRAINING, safeParse, trainingSchema, type TrainingOptions } from '@bbb/core';
import { z } from 'zod';
import type { TrainingPatch } from '../config/training.js';

type Kinded = { readonly kind: string };
type PartKind<T extends Kinded> = { readonly [K in T['kind']]: Extract<T, { kind: K }> };

const OPTIMIZERS: PartKind<TrainingOptions['optimizer']> = {
  sgd: { kind: 'sgd', learningRate: 0.1, momentum: 0 },
  adam: DEFAULT_TRAINING.optimizer as Extract<TrainingOptions['optimizer'], { kind: 'adam' }>,
};
const SCHEDULES: PartKind<TrainingOptions['schedule']> = {
  constant: { kind: 'constant' },
  step: { kind: 'step', every: 10, factor: 0.5 },
  cosine: { kind: 'cosine' },
  linear: { kind: 'linear' },
};

/**
 * Training options from patches on top of {@link DEFAULT_TRAINING}. Later patches win.
 * @param owner whose options they are, for the message
 * @throws BbbError `E_SWEEP_CONFIG` when they do not fit together, e.g. momentum for Adam
 */
export function mergeTraining(owner: string, patches: readonly TrainingPatch[]): TrainingOptions {
  const merged = patches.reduce<Readonly<Record<string, unknown>>>(
    (training, { optimizer, schedule, ...rest }) => ({
      ...training,
      ...defined(rest),
      optimizer: patched(OPTIMIZERS, training['optimizer'] as Kinded, optimizer),
      schedule: patched(SCHEDULES, training['schedule'] as Kinded, schedule),
    }),
    { ...DEFAULT_TRAINING },
  );
  const checked = safeParse(trainingSchema, merged);
  if (checked.success) return checked.data;
  throw new BbbError(
    'E_SWEEP_CONFIG',
    `The training options of "${owner}" do not fit together: ${z.prettifyError(checked.error)}`,
    {
      hint: 'Name the kind of optimizer (sgd, adam) and schedule (constant, step, cosine, linear) that these options belong to.',
    },
  );
}

function patched(
  defaults: Readonly<Record<string, Kinded>>,
  base: Kinded,
  patch: { readonly kind?: string | undefined } | undefined,
): Kinded {
  if (patch === undefined) return base;
  const start = patch.kind === undefined || patch.kind === base.kind ? base : defaults[patch.kind]!;
  return { ...start, ...defined(patch) };
}

/** A copy without the members that are undefined. */
function defined(object: object): object {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
