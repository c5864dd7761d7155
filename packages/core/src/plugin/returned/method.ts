import { BbbError } from '../../errors.js';
import { weightsOf, type Model, type Network, type WeightPosterior } from '../../model/model.js';
import type { StepResult } from '../../model/trainer.js';
import type { Architecture } from '../../network/architecture.js';
import { sizeOf } from '../../network/shape.js';
import type { MadeMethod } from '../definition.js';
import { missingFunctions, withMembers } from './members.js';
import { inWords } from './words.js';

/**
 * The model and the trainer of a method, with checks of everything they return. Without them, a text among numbers, or too few numbers, would
 * lead to a wrong table.
 * @param method name of the method, for messages
 * @param architecture the layers that it was made for
 * @param made the value that `create()` of the method returned
 * @throws BbbError `E_METHOD` naming the method, at once or when one of the functions is called
 */
export function checkedMethod(method: string, architecture: Architecture, made: MadeMethod): MadeMethod {
  const { model, trainer } = made ?? {};
  refuseIncomplete(method, 'model', model, ['init', 'draws', 'draw', 'posterior']);
  refuseIncomplete(method, 'trainer', trainer, ['init', 'step', 'complexityCost', 'dispose']);
  if (model.architecture !== architecture)
    throw misfit(
      method,
      `its model has ${inWords(model.architecture)} for its architecture`,
      'model.architecture is context.architecture.',
    );
  checkParams(method, model);
  return {
    model: withMembers(model, {
      draw: (params, draw) => checkedNetwork(method, model, model.draw(params, draw)),
      posterior: (params) => checkedPosterior(method, model, model.posterior(params)),
    }),
    trainer: withMembers(trainer, {
      step: (state, batch, context) => checkedStep(method, trainer.step(state, batch, context)),
      ...(trainer.steps
        ? { steps: (state, turns) => checkedSteps(method, turns.length, trainer.steps!(state, turns)) }
        : {}),
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

/** Checks that every weight has a parameter with a pruned value. Otherwise core could not prune it. */
function checkParams(method: string, model: Model): void {
  const { params } = model;
  const hint = 'model.params has an entry { name, shape, weight, pruned } for each parameter; see ParamSpec.';
  if (!Array.isArray(params)) throw misfit(method, `its model has ${inWords(params)} for params`, hint);
  for (const { name, shape } of weightsOf(model)) {
    const own = params.filter(({ weight }) => weight === name);
    if (own.length === 0)
      throw misfit(method, `no entry of model.params belongs to the weight ${name}`, hint);
    const other = own.find(
      (param) => sizeOf(param.shape) !== sizeOf(shape) || typeof param.pruned !== 'number',
    );
    if (other) throw misfit(method, `the parameter "${other.name}" does not fit the weight ${name}`, hint);
  }
}

/** Checks the result of a step. NaN and Infinity are allowed here: they mean that the trial diverged, which is reported elsewhere. */
function checkedStep(method: string, result: StepResult): StepResult {
  const { nll, error } = result ?? {};
  if (typeof nll !== 'number')
    throw misfit(method, `step() gives ${inWords(nll)} for nll`, 'nll is a number, in nats over the batch.');
  if (typeof error !== 'number' || error < 0) {
    throw misfit(
      method,
      `step() gives ${inWords(error)} for error`,
      'error is what the likelihood gives for the batch: misclassified rows, or squared errors, summed.',
    );
  }
  return result;
}

function checkedSteps(method: string, count: number, results: readonly StepResult[]): readonly StepResult[] {
  if (!Array.isArray(results) || results.length !== count) {
    throw misfit(
      method,
      `steps() gives ${inWords(results)} for ${count} minibatches`,
      'It returns the result of each step, in the order of the minibatches.',
    );
  }
  return results.map((result) => checkedStep(method, result));
}

function checkedCost(method: string, cost: number): number {
  if (typeof cost === 'number') return cost;
  throw misfit(
    method,
    `complexityCost() gives ${inWords(cost)}`,
    'It returns a number, at once; 0 for none.',
  );
}

function checkedPosterior(method: string, model: Model, given: WeightPosterior[]): WeightPosterior[] {
  const weights = weightsOf(model);
  const wrong = (got: string): BbbError =>
    misfit(
      method,
      `posterior() gives ${got}`,
      'It returns an entry for each weight (of model.weights, else of the architecture), in that order, whose mu (and sigma, if any) is a Float32Array with a number for each weight.',
    );
  if (!Array.isArray(given) || given.length !== weights.length)
    throw wrong(`${inWords(given)} for ${weights.length} weight tensors`);
  for (const [i, { name, role, shape }] of weights.entries()) {
    const entry = given[i];
    if (entry?.name !== name || entry.role !== role) throw wrong(`no entry for ${name} at position ${i}`);
    const { mu, sigma } = entry;
    for (const [member, values] of Object.entries(sigma === undefined ? { mu } : { mu, sigma })) {
      if (!(values instanceof Float32Array) || values.length !== sizeOf(shape))
        throw wrong(`${inWords(values)} for the ${member} of the ${sizeOf(shape)} weights of ${name}`);
    }
  }
  return given;
}

function checkedNetwork(
  method: string,
  { architecture: { weights, outputs } }: Model,
  network: Network,
): Network {
  refuseIncomplete(method, 'network', network, ['outputs', 'dispose']);
  const absent = weights.filter(({ name }) => network.weights?.[name] === undefined).map(({ name }) => name);
  if (absent.length > 0)
    throw misfit(method, `draw() gives a network without ${absent.join(', ')}`, 'See Network.weights.');
  return withMembers(network, {
    outputs(x) {
      const given = network.outputs(x);
      const shape: unknown = given?.shape;
      if (Array.isArray(shape) && shape.length === 2 && shape[0] === x.shape[0] && shape[1] === outputs)
        return given;
      throw misfit(
        method,
        `outputs() gives ${Array.isArray(shape) ? `[${shape.join(', ')}]` : inWords(given)} for ${x.shape[0]} rows`,
        `It returns an operand of [rows, ${outputs}].`,
      );
    },
  });
}

function misfit(method: string, what: string, hint: string): BbbError {
  return new BbbError('E_METHOD', `The method "${method}" does not follow its interface: ${what}.`, {
    hint,
  });
}
