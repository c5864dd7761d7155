import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';

const folder = new URL('../../docs/examples/', import.meta.url);
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.replaceAll('\\', '/'));

/**
 * The output that an example announces: the comment at the end of a line with `console.log`, or after its last
 * line.
 */
function promised(text: string): string[] {
  return [...text.matchAll(/console\.log\([\s\S]*?\);(?: \/\/ (.*))?$/gm)].map(
    ([, said]) => said ?? '(nothing)',
  );
}

describe('the examples of the most used symbols', () => {
  it('are at least forty', () => expect(files.length).toBeGreaterThanOrEqual(40));

  it.each(files)('%s uses the symbol of its name, and prints what its comments say', async (file) => {
    const text = readFileSync(new URL(file, folder), 'utf8');
    const name = file.replace(/^.*\/|\.ts$/g, '');
    expect(text).toMatch(new RegExp(`import \\{[^}]*\\b${name}\\b[^}]*\\} from`));
    // `tsc -p docs` checks the types of all examples. This test does not run those that need files of the user.
    if (text.includes('// Not run:')) return;
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    try {
      await import(/* @vite-ignore */ new URL(file, folder).href);
      const printed = log.mock.calls.map((values) => values.map(String).join(' '));
      expect(printed).toEqual(promised(text));
    } finally {
      log.mockRestore();
    }
  });
});
