import assert from 'node:assert/strict';
import {
  fold,
  headlineError,
  normals,
  parseOptions,
  permutation,
  rootKey,
  sizeOf,
  uniform,
  type Evaluation,
  type Examples,
  type Likelihood,
  type LikelihoodContext,
  type LikelihoodDefinition,
  type LikelihoodParams,
  type Targets,
} from '@bbb/core';
import { referenceOps, type Operand } from '@bbb/kernels';
import { assertSame } from './assert-same.js';
import type { Check } from './check.js';
import { curvatureChecks } from './likelihood-curvature.js';
import { assertSlopes } from './slopes.js';

export interface LikelihoodUnderTest {
  readonly definition: LikelihoodDefinition;
  /** Options of the likelihood. Missing ones get their defaults. */
  readonly options?: unknown;
  /** The context that the likelihood is made for. Default: three classes, or real targets with mean 20 and standard deviation 5. */
  readonly context?: LikelihoodContext;
  /** Some possible targets, in their own unit. Default: random targets that fit the context. */
  readonly targets?: Targets;
}

const KEY = rootKey(31);
const COUNT = 24;
const CLASSES = 3;
const SCALING = { mean: 20, sd: 5 };
/** Double precision. These operands are plain arrays, so nothing has to be freed after a check. */
const ops = referenceOps();

/**
 * Checks what core needs of a likelihood. Gradients are compared with finite differences in double precision.
 * @param test the likelihood, and targets that it can predict
 */
export function likelihoodChecks(test: LikelihoodUnderTest): Check[] {
  const { definition, options = {} } = test;
  const context = test.context ?? standardContext(definition);
  const targets = test.targets ?? standardTargets(context);
  const likelihood = definition.create(parseOptions('likelihood', definition.options, options), context);
  const bench = benchOf(likelihood, targets);
  return [
    ...lossChecks(likelihood, bench),
    ...predictionChecks(likelihood, bench),
    ...curvatureChecks(likelihood, context, bench),
    {
      name: 'describes its headline metric, and gives its parameters different names',
      run() {
        const { headline, parameters } = likelihood;
        assert.ok(
          Number.isFinite(headline.factor) && headline.factor > 0,
          `headline.factor must be a finite number above 0, and it is ${headline.factor}`,
        );
        assert.ok(
          headline.label !== '' && headline.error !== '',
          'headline.label and headline.error must not be empty',
        );
        const names = parameters.map(({ name }) => name);
        assertSame(names, [...new Set(names)], 'The parameters must have different names');
        for (const { name, initial } of parameters) {
          assert.ok(
            name.startsWith('likelihood.'),
            `The name of a parameter must begin with "likelihood.", and one is ${JSON.stringify(name)}`,
          );
          assert.ok(
            Number.isFinite(initial),
            `${name} must start at a finite number, and it starts at ${initial}`,
          );
        }
        const baseline = likelihood.baseline(targets, targets);
        assert.ok(Number.isFinite(baseline), `baseline() must give a finite number, and it gave ${baseline}`);
      },
    },
  ];
}

function standardContext({ target }: LikelihoodDefinition): LikelihoodContext {
  return target === 'class'
    ? { target: { kind: 'class', classes: CLASSES } }
    : { target: { kind: 'real', unit: 'm' }, scaling: SCALING };
}

function standardTargets({ target, scaling = { mean: 0, sd: 1 } }: LikelihoodContext): Targets {
  const key = fold(KEY, 'targets');
  if (target.kind === 'class')
    return Uint8Array.from(uniform(key, COUNT, 0, target.classes), (u) => Math.min(u, target.classes - 1));
  return Float32Array.from(normals(key, COUNT), (z) => scaling.mean + scaling.sd * z);
}

/** A likelihood with outputs and parameters. */
interface Bench {
  readonly targets: Targets;
  readonly outputs: Operand;
  readonly parameters: LikelihoodParams;
  readonly numbers: Readonly<Record<string, number[]>>;
}

function benchOf({ outputs, parameters }: Likelihood, targets: Targets): Bench {
  const values = uniform(fold(KEY, 'outputs'), targets.length * outputs, -1, 1);
  const named = parameters.map(({ name, shape, initial }) => {
    const near = Array.from(uniform(fold(KEY, name), sizeOf(shape), -0.2, 0.2), (u) => initial + u);
    return [name, near, operand(shape, near)] as const;
  });
  return {
    targets,
    outputs: operand([targets.length, outputs], values),
    parameters: Object.fromEntries(named.map(([name, , x]) => [name, x])),
    numbers: Object.fromEntries(named.map(([name, near]) => [name, near])),
  };
}

function lossChecks(likelihood: Likelihood, { targets, outputs, parameters, numbers }: Bench): Check[] {
  const loss = () => likelihood.nll(ops, outputs, targets, parameters);
  const scale = 0.25;
  const gradients = (into: Operand) => {
    const own = Object.fromEntries(likelihood.parameters.map(({ name, shape }) => [name, ops.alloc(shape)]));
    const value = likelihood.nll(ops, outputs, targets, parameters, {
      outputs: into,
      parameters: own,
      scale,
    });
    return { value, own };
  };
  return [
    {
      name: 'writes the gradient of its NLL, times the scale',
      run() {
        const into = ops.alloc(outputs.shape);
        const { value, own } = gradients(into);
        assertSame(value, loss(), 'nll() must give the same loss with gradients as without');
        const nll = (): number => scale * loss().nll;
        assertSlopes(ops, outputs, ops.read(into), nll, 'The gradient of the outputs');
        for (const [name, x] of Object.entries(parameters))
          assertSlopes(ops, x, ops.read(own[name]!), nll, `The gradient of ${name}`);
      },
    },
    {
      name: 'writes the same gradient if it overwrites the outputs',
      run() {
        const [into, before] = [ops.alloc(outputs.shape), Float64Array.from(ops.read(outputs))];
        gradients(into);
        gradients(outputs);
        const overwritten = Float64Array.from(ops.read(outputs));
        ops.write(outputs, before);
        assertSame(
          overwritten,
          Float64Array.from(ops.read(into)),
          'nll() must write the same gradient over its outputs as into another operand',
        );
      },
    },
    {
      name: 'sums nats and errors over the examples',
      run() {
        const size = likelihood.outputs;
        const values = ops.read(outputs);
        const rows = Array.from(targets, (_, r) =>
          likelihood.nll(
            ops,
            operand([1, size], values.subarray(r * size, (r + 1) * size)),
            targets.slice(r, r + 1),
            parameters,
          ),
        );
        assertClose(
          rows.reduce((sum, { nll }) => sum + nll, 0),
          loss().nll,
          'The sum of nll over single examples',
        );
        assertClose(
          rows.reduce((sum, { error }) => sum + error, 0),
          loss().error,
          'The sum of error over single examples',
        );
      },
    },
    {
      name: 'validates by the mean NLL and the mean error, and gives NaN for outputs that are NaN',
      run() {
        const { nll, error } = loss();
        const validated = likelihood.validate(float64(outputs), targets, numbers);
        assertClose(validated.nll, nll / targets.length, 'nll of validate()');
        assertClose(validated.error, likelihood.error(error, targets.length), 'error of validate()');
        const broken = float64(outputs).fill(Number.NaN);
        const { nll: brokenNll } = likelihood.validate(broken, targets, numbers);
        assert.ok(
          !Number.isFinite(brokenNll),
          `validate() must give NaN for outputs that are NaN, and it gave ${brokenNll}`,
        );
      },
    },
  ];
}

function predictionChecks(likelihood: Likelihood, { targets, outputs, numbers }: Bench): Check[] {
  const one = float64(outputs);
  // A member with other outputs.
  const other = one.map((value, i) => 0.8 * value + 0.1 * ((i % 3) - 1));
  type Members = readonly Float64Array[];
  const predict = (members: Members): unknown => {
    const accumulator = likelihood.accumulator(members[0]!.length / likelihood.outputs);
    for (const member of members) accumulator.add(member, numbers);
    return accumulator.finish();
  };
  const evaluate = (members: Members, of: Targets = targets): Omit<Evaluation, 'predict' | 'samples'> =>
    likelihood.evaluate(predict(members), of, {});
  return [
    {
      name: 'measures the same NLL and error of one member as in validation',
      run() {
        const { metrics } = evaluate([one]);
        const { nll, error } = likelihood.validate(one, targets, numbers);
        assertClose(metrics.nll, nll, 'nll of evaluate()');
        assertClose(headlineError(likelihood.headline, metrics), error, 'The headline error of evaluate()');
        for (const [name, value] of Object.entries(metrics))
          assert.ok(Number.isFinite(value), `The metric ${name} must be a finite number, and it is ${value}`);
      },
    },
    {
      name: 'measures the same for equal members as for one member, and for members in another order',
      run() {
        assertMetrics(evaluate([one, one, one]).metrics, evaluate([one]).metrics);
        assertMetrics(evaluate([one, other]).metrics, evaluate([other, one]).metrics);
        assert.notDeepEqual(
          evaluate([one, other]).metrics,
          evaluate([one]).metrics,
          'The metrics of two different members must differ from those of the first member, and they are equal',
        );
      },
    },
    {
      name: 'measures the same for examples in another order',
      run() {
        const order = permutation(fold(KEY, 'order'), targets.length);
        const size = likelihood.outputs;
        const shuffled = (values: Float64Array): Float64Array =>
          Float64Array.from(values, (_, i) => values[order[Math.floor(i / size)]! * size + (i % size)]!);
        const moved = targets.map((_, i) => targets[order[i]!]!);
        assertMetrics(evaluate([one, other].map(shuffled), moved).metrics, evaluate([one, other]).metrics);
      },
    },
    {
      name: 'keeps only plain JSON in a result',
      run() {
        const prediction = predict([one, other]);
        const evaluation = likelihood.evaluate(prediction, targets, { elsewhere: predict([other]) });
        for (const kept of [
          evaluation,
          likelihood.examples(prediction, examplesOf(targets)),
          likelihood.headline,
        ])
          assertSame(
            JSON.parse(JSON.stringify(kept)),
            kept,
            'A result must be the same after a round trip through JSON',
          );
      },
    },
  ];
}

/** Examples with one feature each. */
function examplesOf(targets: Targets): Examples {
  return {
    features: Float32Array.from(targets),
    targets,
    inputShape: [1],
    rows: Uint32Array.from(targets.keys()),
    preprocessing: { input: { kind: 'divide', divisor: 1 } },
  };
}

function operand(shape: readonly number[], values: ArrayLike<number>): Operand {
  const made = ops.alloc(shape);
  ops.write(made, values);
  return made;
}

const float64 = (x: Operand): Float64Array => Float64Array.from(ops.read(x));

function assertClose(actual: number, expected: number, name: string): void {
  assert.ok(
    Math.abs(actual - expected) <= 1e-9 * (1 + Math.abs(expected)),
    `${name} must be ${expected}, and it is ${actual}`,
  );
}

function assertMetrics(
  actual: Readonly<Record<string, number>>,
  expected: Readonly<Record<string, number>>,
): void {
  assertSame(
    Object.keys(actual).toSorted(),
    Object.keys(expected).toSorted(),
    'evaluate() must always give the same metrics',
  );
  for (const [name, value] of Object.entries(expected))
    assertClose(actual[name]!, value, `The metric ${name}`);
}
