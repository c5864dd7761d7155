import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../packages/cli/src/program.js';

const root = new URL('../../', import.meta.url);
const guides = readdirSync(new URL('docs/guides/', root)).filter((name) => name.endsWith('.md'));
const pages = ['README.md', ...guides.map((name) => `docs/guides/${name}`)];

/** What shell blocks of a page tell to type, a command a line. */
function typed(page: string): string[] {
  const text = readFileSync(new URL(page, root), 'utf8');
  return [...text.matchAll(/```sh\n([\s\S]*?)```/g)]
    .flatMap(([, block]) => block!.replaceAll(/\\\n\s*/g, '').split(/\n|&&/))
    .map((line) => line.replace(/(^|\s)#.*/, '').trim())
    .filter((line) => line !== '');
}

const commands = pages.flatMap((page) => typed(page).map((line) => [page, line] as const));
const own = commands.filter(([, line]) => /\bbbb (?=[a-z])/.test(line) && !line.startsWith('sbatch'));

describe('what the README and the guides tell to type', () => {
  it('starts what is in the checkout, and installs nothing that is not published', () => {
    expect(own.length).toBeGreaterThan(20);
    for (const [page, line] of own) expect([page, line]).toEqual([page, expect.stringMatching(/^npx bbb /)]);
    expect(commands.filter(([, line]) => /npm (i|install) .*@bbb\//.test(line))).toEqual([]);
  });

  it.each(own)('%s: %s', async (_, line) => {
    const understood = new Error('understood');
    const program = createProgram({ onExit: () => undefined }).hook('preAction', () => {
      throw understood;
    });
    const words = line.replace(/ &$/, '').split(/\s+/).slice(2);
    const literal = words.map((word) =>
      word.replaceAll('"', '').replace(/^\$SLURM_[A-Z_]+$/, (name) => (name.endsWith('COUNT') ? '16' : '8')),
    );
    await expect(program.parseAsync(literal, { from: 'user' })).rejects.toBe(understood);
  });
});
