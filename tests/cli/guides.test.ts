import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createProgram } from '@bbb/cli';
import { publishedPackages } from '../../scripts/release/packages.mjs';
import { typedCommands } from '../support/typed-commands.js';

const root = new URL('../../', import.meta.url);
const guides = readdirSync(new URL('docs/guides/', root)).filter((name) => name.endsWith('.md'));
const ofPlugins = ['methods', 'plugins'].flatMap((folder) =>
  readdirSync(new URL(`docs/${folder}/`, root), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${folder}/${name}`),
);
const pages = [
  'README.md',
  'docs/configuration.md',
  'docs/errors.md',
  ...guides.map((name) => `docs/guides/${name}`),
  ...ofPlugins,
];

const texts = [
  ...pages,
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'bench/README.md',
  'docs/results/README.md',
  'tests/faults/README.md',
  ...readdirSync(new URL('packages/', root))
    .map((name) => `packages/${name}/README.md`)
    .filter((page) => existsSync(new URL(page, root))),
];

/** The link target of a heading, as GitHub and TypeDoc make it. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}

describe('paths', () => {
  it.each(['ARCHITECTURE.md', 'CONTRIBUTING.md'])('in code of %s exist', (page) => {
    const text = readFileSync(new URL(page, root), 'utf8');
    const paths = [...text.matchAll(/`([\w.-]+\/[\w./-]*)`/g)].map(([, path]) => path!);
    expect(paths.length).toBeGreaterThan(5);
    expect(paths.filter((path) => !existsSync(new URL(path, root)))).toEqual([]);
  });
});

describe('links', () => {
  it.each(texts)('of %s lead to files and headings that exist', (page) => {
    const from = new URL(page, root);
    const prose = readFileSync(from, 'utf8').replaceAll(/```[\s\S]*?```/g, '');
    const targets = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);
    const local = targets.filter((target) => !/^[a-z]+:/.test(target));
    const dead = local.filter((target) => {
      const [path, heading] = target.split('#');
      const file = path === '' ? from : new URL(path!, from);
      if (!existsSync(file)) return true;
      if (heading === undefined) return false;
      const headings = [...readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, text]) =>
        anchor(text!),
      );
      return !headings.includes(heading);
    });
    expect(dead).toEqual([]);
  });
});

const commands = pages.flatMap((page) =>
  typedCommands(readFileSync(new URL(page, root), 'utf8')).map((line) => [page, line] as const),
);
const own = commands.filter(([, line]) => /\bbbb (?=[a-z])/.test(line) && !line.startsWith('sbatch'));

describe('commands in the README and the guides', () => {
  it('start bbb where it is installed, and install packages that are published from here', () => {
    expect(own.length).toBeGreaterThan(20);
    for (const [page, line] of own) expect([page, line]).toEqual([page, expect.stringMatching(/^npx bbb /)]);
    const published = new Set(publishedPackages().map(({ manifest }) => manifest.name));
    const installed = commands.flatMap(([, line]) =>
      line.startsWith('npm install ') ? (line.match(/@bbb\/[a-z-]+/g) ?? []) : [],
    );
    expect(installed).toContain('@bbb/cli');
    expect(installed.filter((name) => !published.has(name))).toEqual([]);
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
