import { createRegistry, trialId, type PlannedTrial } from '@bbb/core';
import builtIns from '@bbb/plugins';
import { parseSweepConfig, planSweep } from '@bbb/sweep';
import { expect, it } from 'vitest';
import { trainAgain } from '../../packages/cli/src/best/again.js';
import { trainConfig } from '../../packages/cli/src/commands/train.js';
import type { TrainFlags } from '../../packages/cli/src/options/kinds.js';
import { createProgram } from '@bbb/cli';

const registry = createRegistry([builtIns]);

/** The trial that this command plans. */
async function typed(args: readonly string[]): Promise<string> {
  const program = createProgram({ onExit: () => expect.unreachable('it was run') });
  let flags: TrainFlags | undefined;
  program.commands
    .find((command) => command.name() === 'train')!
    .action((given: TrainFlags) => {
      flags = given;
    });
  await program.parseAsync([...args], { from: 'user' });
  return planSweep(parseSweepConfig(trainConfig(flags!, registry)), registry).trials[0]!.id;
}

/** One trial of each configuration of a preset. */
function trialsOf(preset: string): PlannedTrial[] {
  const { trials } = planSweep(parseSweepConfig(registry.get('presets', preset).sweep), registry);
  const first = new Map(trials.map((planned) => [planned.configuration, planned]));
  return [...first.values()];
}

it.each(['quick', 'study', 'controls', 'curve', 'table'])(
  'the command that trains a trial of %s again plans that very trial',
  async (preset) => {
    for (const { trial, label } of trialsOf(preset)) {
      const args = trainAgain({ ...trial, seed: 3 }, registry);
      expect(args, label).toBeDefined();
      expect(await typed(args!), args!.join(' ')).toBe(trialId({ ...trial, seed: 3 }));
    }
  },
);

it('asks for the path of the data, which no trial stores', () => {
  const [{ trial }] = trialsOf('table') as [PlannedTrial];
  const options = registry.get('datasets', 'csv').options.parse({ target: 'price' });
  const own = { ...trial, data: { ...trial.data, use: 'csv', options } } as typeof trial;
  expect(trainAgain(own, registry)?.join(' ')).toMatch(/ --dataset csv .* --data FILE /);
});

it('gives no command if the method does not exist', () => {
  const [{ trial }] = trialsOf('quick') as [PlannedTrial];
  expect(trainAgain({ ...trial, method: { use: 'gone', options: {} } }, registry)).toBeUndefined();
});
