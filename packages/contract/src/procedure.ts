import {
  canonicalJson,
  createRegistry,
  DEFAULT_TRAINING,
  definePlugin,
  parseOptions,
  planProcedure,
  type Procedure,
  type ProcedureDefinition,
  type Trial,
} from '@bbb/core';
import plugins from '@bbb/plugins';
import { assertSame } from './assert-same.js';
import type { Check } from './check.js';
import { deepFreeze } from './freeze.js';

const SHARES = [0, 0.0001, 0.5, 0.9, 0.9999, 1];

/**
 * Checks what core needs of a procedure: its plan is a pure function, is plain JSON, and measures everything that is asked for exactly
 * once.
 * @param definition the procedure, as a plugin contributes it
 * @param options options to check it with. Default: none
 */
export function procedureChecks(definition: ProcedureDefinition, options: unknown = {}): Check[] {
  const parsed = parseOptions('procedure', definition.options, options) as Readonly<Record<string, unknown>>;
  const registry = createRegistry([
    plugins,
    definePlugin({ name: 'under test', procedures: { it: definition } }),
  ]);
  const trialOf = (pruning: Partial<Trial['pruning']>, epochs: number): Trial =>
    ({
      training: { ...DEFAULT_TRAINING, epochs },
      pruning: {
        pruners: [{ use: 'magnitude', options: {} }],
        shares: SHARES,
        finetuneEpochs: 0,
        procedure: { use: 'it', options: parsed },
        ...pruning,
      },
    }) as unknown as Trial;
  return [
    {
      name: 'plans steps that core can run, for short and long training, and for sparsities of all weights or of each layer',
      run() {
        for (const epochs of [2, 5, 50])
          for (const pruning of [
            {},
            { shares: [0] },
            {
              shares: [0.5],
              layerShares: [
                [0.9, 0.5],
                [0.1, 0],
              ],
            },
          ])
            planProcedure(trialOf(pruning, epochs), registry);
      },
    },
    {
      name: 'is a pure function of its context, and does not change it',
      run: () => checkPurity(() => definition.create(parsed)),
    },
    {
      name: 'gives its plan as plain JSON',
      run() {
        const context = { targets: [{ share: 0.5 }], training: DEFAULT_TRAINING, finetuneEpochs: 0 };
        const plan = definition.create(parsed).plan(context);
        assertSame(
          JSON.parse(JSON.stringify(plan)),
          plan,
          'A plan must be the same after a round trip through JSON',
        );
      },
    },
  ];
}

function checkPurity(create: () => Procedure): void {
  const context = deepFreeze({
    targets: [{ share: 0.5 }, { share: 0.9 }],
    training: { ...DEFAULT_TRAINING, epochs: 6 },
    finetuneEpochs: 0,
  });
  const procedure = create();
  const once = canonicalJson(procedure.plan(context));
  assertSame(canonicalJson(procedure.plan(context)), once, 'plan() must give the same plan again');
  assertSame(
    canonicalJson(create().plan(context)),
    once,
    'Another copy of the procedure must give the same plan',
  );
}
