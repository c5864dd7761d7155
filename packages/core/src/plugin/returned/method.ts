import { BbbError } from '../../errors.js';
import { sizeOf } from '../../model/architecture.js';
import type { Model, Network, WeightPosterior } from '../../model/model.js';
import type { Batch, StepResult, Trainer } from '../../model/trainer.js';
import { missingFunctions, withMembers } from './members.js';
import { inWords } from './words.js';

interface Made {
  readonly model: Model;
  readonly trainer: Trainer;
}

/**
 * A method's model and trainer, whose answers are looked at before they are believed: text among numbers, or too few of them,
 * would come out as a wrong table.
 *
 * @throws BbbError `E_METHOD` naming the method, at once or when one of their functions is called
 */
export function checkedMethod(method: string, made: Made): Made {
  const { model, trainer } = made ?? {};
  refuseIncomplete(method, 'model', model, ['init', 'draw', 'posterior', 'prune']);
  refuseIncomplete(method, 'trainer', trainer, ['init', 'step', 'complexityCost', 'dispose']);
  if (!Array.isArray(model.weights) || model.weights.length === 0)
    throw misfit(method, `its model has ${inWords(model.weights)} for weights`, 'See weightSpecs().');
  return {
    model: withMembers(model, {
      draw: (params, draw) => checkedNetwork(method, model, model.draw(params, draw)),
      posterior: (params) => checkedPosterior(method, model, model.posterior(params)),
    }),
    trainer: withMembers(trainer, {
      step: (state, batch, context) => checkedStep(method, batch, trainer.step(state, batch, context)),
      complexityCost: (params, key) => checkedCost(method, trainer.complexityCost(params, key)),
    }),
  };
}

function refuseIncomplete(method: string, part: string, value: unknown, names: readonly string[]): void {
  const missing = missingFunctions(value, names);
  if (missing.length === 0) return;
  const lacks = typeof value === 'object' && value !== null ? ` without ${missing.join(', ')}` : '';
  throw misfit(
    method,
    `create() gives ${inWords(value)} for its ${part}${lacks}`,
    `create() returns { model, trainer } at once; a ${part} has ${names.join(', ')}.`,
  );
}

/** NaN and Infinity pass: a loss that is no longer a number is a trial that diverged, which is told elsewhere. */
function checkedStep(method: string, { labels }: Batch, result: StepResult): StepResult {
  const { nll, correct } = result ?? {};
  if (typeof nll !== 'number')
    throw misfit(method, `step() gives ${inWords(nll)} for nll`, 'nll is a number, in nats over the batch.');
  if (!(Number.isInteger(correct) && correct >= 0 && correct <= labels.length)) {
    throw misfit(
      method,
      `step() gives ${inWords(correct)} for correct, in a batch of ${labels.length}`,
      'correct counts the rows of the batch that were classified rightly.',
    );
  }
  return result;
}

function checkedCost(method: string, cost: number): number {
  if (typeof cost === 'number') return cost;
  throw misfit(
    method,
    `complexityCost() gives ${inWords(cost)}`,
    'It returns a number, at once; 0 for none.',
  );
}

function checkedPosterior(method: string, { weights }: Model, given: WeightPosterior[]): WeightPosterior[] {
  const wrong = (got: string): BbbError =>
    misfit(
      method,
      `posterior() gives ${got}`,
      'It returns an entry for each of model.weights, in that order, whose mu (and sigma, if any) is a Float32Array with a number for each weight.',
    );
  if (!Array.isArray(given) || given.length !== weights.length)
    throw wrong(`${inWords(given)} for ${weights.length} weight tensors`);
  for (const [i, { name, role, shape }] of weights.entries()) {
    const entry = given[i];
    if (entry?.name !== name || entry.role !== role) throw wrong(`no entry of ${name} at ${i}`);
    const { mu, sigma } = entry;
    for (const [member, values] of Object.entries(sigma === undefined ? { mu } : { mu, sigma })) {
      if (!(values instanceof Float32Array) || values.length !== sizeOf(shape))
        throw wrong(`${inWords(values)} for the ${member} of the ${sizeOf(shape)} weights of ${name}`);
    }
  }
  return given;
}

function checkedNetwork(method: string, { weights, architecture }: Model, network: Network): Network {
  refuseIncomplete(method, 'network', network, ['logits', 'dispose']);
  const absent = weights.filter(({ name }) => network.weights?.[name] === undefined).map(({ name }) => name);
  if (absent.length > 0)
    throw misfit(method, `draw() gives a network without ${absent.join(', ')}`, 'See Network.weights.');
  const { classes } = architecture;
  return withMembers(network, {
    logits(x, firstRow) {
      const logits = network.logits(x, firstRow);
      const shape: unknown = logits?.shape;
      if (Array.isArray(shape) && shape.length === 2 && shape[0] === x.shape[0] && shape[1] === classes)
        return logits;
      throw misfit(
        method,
        `logits() gives ${Array.isArray(shape) ? `a tensor of [${shape.join(', ')}]` : inWords(logits)} for ${x.shape[0]} rows`,
        `It returns a tensor of [rows, ${classes}].`,
      );
    },
  });
}

function misfit(method: string, what: string, hint: string): BbbError {
  return new BbbError('E_METHOD', `The method "${method}" does not keep to its interface: ${what}.`, {
    hint,
  });
}
