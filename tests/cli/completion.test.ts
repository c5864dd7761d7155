import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { bashScript } from '../../packages/cli/src/completion/bash.js';
import { fishScript } from '../../packages/cli/src/completion/fish.js';
import { completedCommands } from '../../packages/cli/src/completion/tree.js';
import { zshScript } from '../../packages/cli/src/completion/zsh.js';
import { createProgram } from '@bbb/cli';

const METHODS = ['sgd', 'bbb-gaussian', 'bbb-mixture'];
const commands = completedCommands(
  createProgram({ onExit: () => expect.unreachable('it was run') }),
  (kind) => (kind === 'methods' ? METHODS : []),
);

it('bash completes commands below commands, options of the command, and their values', () => {
  const lines: readonly [words: readonly string[], completed: readonly string[]][] = [
    [['bbb', 'compl'], ['completion']],
    [['bbb', 'sweep', 'st'], ['status']],
    [['bbb', 'sweep', 'status', 'runs/a', '--j'], ['--json']],
    [
      ['bbb', 'sweep', '--json', 'status', '--da'],
      ['--data', '--data-dir'],
    ],
    [
      ['bbb', 'prune', '--scope', ''],
      ['global', 'layer', 'unit'],
    ],
    [
      ['bbb', 'train', '--method', 'bbb'],
      ['bbb-gaussian', 'bbb-mixture'],
    ],
    [['bbb', 'sweep', '--methods', 's'], ['sgd']],
    [['bbb', 'evaluate', '--samples', ''], []],
    // This command must not offer an option of another command.
    [['bbb', 'evaluate', '--share'], []],
  ];
  const asked = lines.map(
    ([words]) =>
      `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _bbb; echo "\${COMPREPLY[*]}"`,
  );
  const out = execFileSync('bash', ['--norc', '-c', [bashScript(commands), ...asked].join('\n')], {
    encoding: 'utf8',
  });
  expect(out.split('\n').slice(0, -1)).toEqual(lines.map(([, completed]) => completed.join(' ')));
});

it.each([
  ['zsh', zshScript(commands)],
  ['fish', fishScript(commands)],
])('%s completes every command and option, also with quotes in a description', (shell, script) => {
  for (const { below, options } of commands) {
    for (const { name } of below) expect(script).toContain(name);
    for (const { names } of options)
      for (const name of names) expect(script).toContain(shell === 'zsh' ? name : name.replace(/^--?/, ''));
  }
  const [, escape] = shell === 'zsh' ? ['', `'\\''`] : ['', String.raw`\'`];
  expect(script.replaceAll(escape, '').match(/'/g)!.length % 2).toBe(0);
});
