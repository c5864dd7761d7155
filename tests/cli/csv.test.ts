import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bbb } from '../support/command-line.js';
import { sharedFolder } from '../support/folders.js';

const folder = sharedFolder();
beforeAll(async () => {});

const sweep = (file: string, ...more: string[]) =>
  bbb(
    [
      'sweep',
      '--dataset',
      'csv',
      '--dataset-option',
      `data=${file}`,
      '--methods',
      'sgd',
      '--validation',
      '0',
      '--epochs',
      '2',
      '--dir',
      'run',
      ...more,
    ],
    {
      cwd: folder,
    },
  );

describe('a table on the command line', () => {
  it.each([
    [
      'text in a number',
      'a,y\n1,1.5\nx,2.5\n',
      'target=y',
      /wrong\.csv, line 3, column "a": "x" is no number/,
    ],
    ['a name that is misspelt', 'rooms,price\n1,2\n', 'target=prize', /Did you mean "price"\?/],
    ['one class', 'a,y\n1,0\n2,0\n', 'target=y', /All 2 training examples/],
    ['nothing', '', 'target=y', /wrong\.csv is empty/],
  ])(
    'that is wrong (%s) ends the sweep with exit code 2 and an error, and writes nothing',
    async (_, content, target, message) => {
      await writeFile(join(folder, 'wrong.csv'), content);
      const { code, stderr } = await sweep('wrong.csv', '--dataset-option', target);
      expect(code).toBe(2);
      expect(stderr).toMatch(message);
      expect(stderr).toMatch(/hint: /);
      expect(await readdir(folder)).toEqual(['wrong.csv']);
    },
  );
});
