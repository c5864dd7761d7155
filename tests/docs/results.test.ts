import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** The rows of the first table at or after a text, cell by cell. */
function tableBehind(markdown: string, text: string): string[][] {
  const lines = markdown.slice(markdown.indexOf(text)).split('\n');
  const from = lines.findIndex((line) => line.startsWith('|'));
  const length = lines.slice(from).findIndex((line) => !line.startsWith('|'));
  return lines
    .slice(from, from + length)
    .filter((line) => !/^[| :-]+$/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

it.each([
  ['methods', '### At a glance'],
  ['compress', '### Test accuracy (%) by sparsity'],
])('README shows the table of %s as in the report', (preset, title) => {
  const shown = tableBehind(read('README.md'), `npx bbb sweep --preset ${preset}\``);
  expect(shown.length).toBeGreaterThan(10);
  expect(shown).toEqual(tableBehind(read(`docs/results/${preset}/report.md`), title));
});
