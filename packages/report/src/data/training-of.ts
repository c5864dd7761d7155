import type { Trial } from '@bbb/core';
import type { Group } from './groups.js';
import { isTempering, temperingOf } from './tempering.js';
import { methodInside } from './wrapped.js';

/** Most options in a name. With more, it would be too long. */
const FEW = 3;

/** How a group was trained, for a place beside its name: "Adam 0.003", "dropout p=0.01 pInput=0.01; Adam 0.0001; pruning gradual". */
export function trainingOf({ label, results }: Group): string {
  const { method, training, pruning } = results[0]!.trial;
  const recipe = label === method.use ? '' : recipeOf(method);
  const procedure = pruning.procedure ? `pruning ${pruning.procedure.use}` : '';
  return [recipe, optimiserOf(training), ...temperingOf(method), procedure].filter(Boolean).join('; ');
}

/** The method behind a label that the user chose, with its numbers. */
function recipeOf({ use, options }: Trial['method']): string {
  const numbers = Object.entries(options).filter(
    ([name, value]) => typeof value === 'number' && !isTempering(name),
  );
  const shown = numbers.length <= FEW ? numbers : [];
  const inside = methodInside(options);
  return [
    use,
    ...(inside ? [`of ${inside.use}`] : []),
    ...shown.map(([name, value]) => `${name}=${String(value)}`),
  ].join(' ');
}

/** "Adam 0.003", "SGD 0.1, momentum 0.9": the optimiser and its learning rate. */
function optimiserOf({ optimizer, schedule }: Trial['training']): string {
  const momentum =
    optimizer.kind === 'sgd' && optimizer.momentum > 0 ? [`momentum ${optimizer.momentum}`] : [];
  return [
    `${NAMES[optimizer.kind] ?? optimizer.kind} ${optimizer.learningRate}`,
    ...momentum,
    ...(schedule.kind === 'constant' ? [] : [schedule.kind]),
  ].join(', ');
}

const NAMES: Readonly<Record<string, string>> = { sgd: 'SGD', adam: 'Adam' };
