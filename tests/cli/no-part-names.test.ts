import { readdirSync, readFileSync } from 'node:fs';
import { PLUGIN_KINDS } from '@bbb/core';
import { describe, expect, it } from 'vitest';
import { loadRegistry } from '../../packages/cli/src/io/registry.js';

const sources = new URL('../../packages/cli/src/', import.meta.url);

/** Names of parts that are also English words or kinds of files. In a sentence they have these other meanings. */
const WORDS = new Set(
  'bandit csv curve digits ensemble images magnitude methods none paper random table threads'.split(' '),
);

/** Whole strings that equal such a word and do not mean the part. */
const MEANT: Readonly<Record<string, string>> = {
  'methods in bandit/meant.ts': 'a member of the configuration',
  'methods in commands/train.ts': 'a member of the configuration',
  'methods in config/grid.ts': 'a member of the configuration',
  'methods in network/imported.ts': 'the kind of plugin',
  'table in config/by-size.ts': 'what files hold',
  'table in inspect/what.ts': 'what files hold',
  'methods in config/percent.ts': 'a member of the configuration',
  'methods in config/methods.ts': 'the kind of plugin',
  'methods in config/override.ts': 'a member of the configuration',
  'methods in define-config.ts': 'a member of the configuration',
  'methods in help/defaults.ts': 'the kind of plugin',
  'bandit in help/defaults.ts': 'the command',
  'bandit in help/texts.ts': 'the command',
  'bandit in program/bandit.ts': 'the command',
  'images in commands/evaluate.ts': 'what examples are called',
  'images in io/examples.ts': 'what examples are called',
  'csv in commands/report.ts': 'the format of a file',
  'csv in options/kinds.ts': 'the format of a file',
  'csv in program/folder.ts': 'the format of a file',
  'csv in run/outcome.ts': 'the format of a file',
  'none in best/again.ts': 'no hidden layers',
  'none in config/override.ts': 'no other data',
  'none in config/searched-networks.ts': 'no hidden layers',
  'none in help/defaults.ts': 'no hidden layers',
  'none in parse/list.ts': 'no hidden layers',
  'none in commands/export.ts': 'weights as they are',
  'none in inspect/text.ts': 'nothing missing',
  'none in network/data.ts': 'no other data',
  'none in network/fits.ts': 'no column',
  'none in network/training-examples.ts': 'no other data',
  'none in options/kinds.ts': 'weights as they are, no pooling',
  'none in program/export.ts': 'weights as they are',
  'none in program/import.ts': 'no pooling',
  'threads in progress/lines.ts': 'how many work on a trial',
  'threads in run/short-options.ts': 'an option',
  'dropout in parse/other-words.ts': 'an option of other tools',
  'processes in parse/other-words.ts': 'an option of other tools',
  // Optimisers are not plugins, but one of them has the name of a method.
  'sgd in parse/other-words.ts': 'the optimiser',
  'sgd in options/config.ts': 'the optimiser',
};

/** All string literals of a program, without comments and the paths of imports. */
function textsOf(source: string): string[] {
  const code = source.replaceAll(/\/\*[\s\S]*?\*\/|(^|\s)\/\/.*/g, '');
  return [...code.matchAll(/(['"`])((?:(?!\1)[^\\]|\\.)*?)\1/g)]
    .map(([, , text]) => text!)
    .filter((text) => !/^\.{0,2}\//.test(text));
}

describe('the command line', async () => {
  const { registry } = await loadRegistry();
  const names = new Set(
    PLUGIN_KINDS.flatMap((kind) =>
      registry.list(kind).flatMap(({ name, plugin }) => (plugin === '@bbb/cli' ? [] : [name])),
    ),
  );
  const files = readdirSync(sources, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.replaceAll('\\', '/'))
    // Examples of commands may name parts, because people learn from them.
    .filter((file) => file !== 'help/examples.ts');
  const found = files.flatMap((file) =>
    textsOf(readFileSync(new URL(file, sources), 'utf8')).flatMap((text) =>
      text
        .split(/[^\w-]+/)
        .filter((word) => names.has(word))
        .filter((word) => !WORDS.has(word) || word === text)
        .map((word) => ({ place: `${word} in ${file}`, text })),
    ),
  );

  it('is compared with the names of all parts', () => {
    for (const name of ['bbb-mixture', 'mlp', 'snr', 'bullmq', 'quick', 'tpe', 'sqlite', 'gaussian'])
      expect(names).toContain(name);
    expect(textsOf("use('mlp'); // 'cnn'\n/* 'snr' */ import './x.js'; `a ${b} c`")).toEqual([
      'mlp',
      'a ${b} c',
    ]);
  });

  it('names none of them; code asks what a part can do', () => {
    expect(found.filter(({ place }) => !(place in MEANT))).toEqual([]);
  });

  it('uses each allowed word with another meaning', () => {
    const places = new Set(found.map(({ place }) => place));
    expect(Object.keys(MEANT).filter((place) => !places.has(place))).toEqual([]);
  });
});
