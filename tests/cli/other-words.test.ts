import { describe, expect, it } from 'vitest';
import type { Command } from 'commander';
import { OPTIONS } from '../../packages/cli/src/parse/other-words.js';
import { createProgram } from '../../packages/cli/src/program.js';

/** The hint that bbb prints for this command. */
async function hint(...args: string[]): Promise<string> {
  const program = createProgram({ onExit: () => expect.unreachable() });
  const error: unknown = await program.parseAsync(args, { from: 'user' }).catch((thrown: unknown) => thrown);
  return (error as { hint: string }).hint;
}

describe('an option that users of other tools type', () => {
  it.each([
    ['sweep --out x', '--dir'],
    ['sweep --output=x', '--dir'],
    ['train -o x', '--dir'],
    ['export runs/a/b --dir x', '--out'],
    ['sweep --batch_size 64', '--batch'],
    ['train --num-epochs 3', '--epochs'],
    ['sweep --jobs 2', '--workers'],
    ['evaluate a --jobs 2', '--threads'],
    ['prune a --sparsity 0.9', '--share'],
    ['sweep --sparsity 0.9', '--prune'],
    ['sweep --method sgd', '--methods'],
    ['train --methods sgd', '--method'],
    ['sweep --seed 3', '--seeds'],
    ['train --csv a.csv', '--data'],
    ['sweep --dataset_option a=b', '--dataset-option'],
    // A misspelt option of ours, not a word of another tool.
    ['sweep --epoch 3', '--epochs'],
  ])('%s means %s', async (typed, meant) => {
    expect(await hint(...typed.split(' '))).toBe(`Did you mean ${meant}?`);
  });

  it('says what to do where no option is needed', async () => {
    expect(await hint('sweep', '--resume')).toContain('type the same command again');
    expect(await hint('sweep', '--nonsense')).toBe('bbb sweep --help says what there is.');
  });

  it('leads to options that exist, and no word occurs twice', () => {
    const below = (command: Command): Command[] => [command, ...command.commands.flatMap(below)];
    const options = below(createProgram({ onExit: () => undefined })).flatMap((command) => command.options);
    const names = new Set(options.flatMap(({ short, long }) => [short, long]));
    for (const option of OPTIONS.flatMap(([, list]) => list.split(' ')))
      expect(names, option).toContain(option);
    const words = OPTIONS.flatMap(([list]) => list.split(' '));
    expect(new Set(words).size).toBe(words.length);
  });
});
