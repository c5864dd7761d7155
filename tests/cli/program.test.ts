import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { createProgram } from '@bbb/cli';

const program = (): Command => createProgram({ onExit: () => expect.unreachable('it was run') });

/** Every command, by the words that call it. */
function commandsOf(command: Command, path: readonly string[] = []): [path: readonly string[], Command][] {
  return [
    [path, command],
    ...command.commands.flatMap((below) => commandsOf(below, [...path, below.name()])),
  ];
}

const all = commandsOf(program());
const options = all.flatMap(([path, { options: own }]) =>
  own.filter(({ required }) => required).map(({ long }) => [...path, long!]),
);
const withArguments = all
  .filter(([, { registeredArguments: own }]) => own.length > 0 && own.every(({ variadic }) => !variadic))
  .map(([path]) => path);

const typed = (args: readonly string[]): Promise<Command> => program().parseAsync(args, { from: 'user' });

/** The arguments that a command requires. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  prune: ['--share', '0.5'],
  import: ['--dataset', 'mnist'],
};

describe('a missing value', () => {
  it.each(options.map((words) => [words.join(' '), words]))(
    '%s takes neither the next option for it nor an empty text',
    async (_, words) => {
      const long = words.at(-1)!;
      for (const value of ['--dry-run', '-h', '--', '', ' ']) {
        for (const args of [
          [...words, value],
          [...words.slice(0, -1), `${long}=${value}`],
        ]) {
          const refused = { code: 'E_USAGE', message: expect.stringMatching(`^${long} needs a value`) };
          await expect(typed(args)).rejects.toMatchObject(refused);
        }
      }
    },
  );

  it.each(withArguments.map((path) => [path.join(' '), path]))(
    '%s takes no empty text for a path',
    async (_, path) => {
      const needed = NEEDED[path.at(-1)!] ?? [];
      const refused = { code: 'E_USAGE', message: expect.stringContaining('Expected a text') };
      await expect(typed([...path, ...needed, ''])).rejects.toMatchObject(refused);
    },
  );
});
