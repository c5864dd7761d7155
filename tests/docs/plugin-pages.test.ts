import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { parseSweepConfig, planSweep } from '@bbb/sweep';
import { describe, expect, it } from 'vitest';
import { baseConfig, sweepConfig } from '../../packages/cli/src/commands/sweep.js';
import { trainConfig } from '../../packages/cli/src/commands/train.js';
import type { SweepFlags, TrainFlags } from '../../packages/cli/src/options/kinds.js';
import { createProgram } from '@bbb/cli';
import { blockNames, withBlock, written } from '../../scripts/plugin-pages/blocks.js';
import { formatted } from '../../scripts/plugin-pages/format.js';
import { headOf } from '../../scripts/plugin-pages/head.js';
import { blockOf, PAGE_FOR_EACH, pagesOf, SECTIONS, TO_WRITE } from '../../scripts/plugin-pages/pages.js';
import { shipped, shippedRegistry } from '../../scripts/plugin-pages/registry.js';
import { typedCommands } from '../support/typed-commands.js';

const docs = new URL('../../docs/', import.meta.url);
const read = (page: string): string => readFileSync(new URL(page, docs), 'utf8');
const entries = shipped();
const pages = pagesOf(entries);

describe('pages of plugins', () => {
  it.each([...pages])('%s agrees with the registry (else: npm run docs:plugins)', async (page, renew) => {
    expect(existsSync(new URL(page, docs))).toBe(true);
    const today = read(page);
    expect(await formatted(renew(today), `docs/${page}`)).toBe(today);
    expect(today).not.toContain(TO_WRITE);
  });

  it('there is one block for each plugin that ships, and no other', () => {
    const found = [...pages.keys()].flatMap((page) => blockNames(read(page)));
    expect(found.toSorted()).toEqual([...entries.map(blockOf), ...PAGE_FOR_EACH, 'plugins'].toSorted());
    const files = ['methods', 'plugins'].flatMap((folder) =>
      readdirSync(new URL(folder, docs), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.md'))
        .map((file) => `${folder}/${file.replaceAll('\\', '/')}`),
    );
    expect(files.toSorted()).toEqual([...pages.keys()].toSorted());
  });

  it.each(entries.filter(({ kind }) => kind === 'methods').map(({ name }) => name))(
    'of the method %s a person has written when to use it, what it costs, and its traps',
    (name) => {
      const parts = written(read(`methods/${name}.md`))
        .split(/^## /m)
        .slice(1);
      expect(parts.map((part) => part.split('\n', 1)[0])).toEqual([...SECTIONS]);
      for (const part of parts) expect(part.split('\n').slice(1).join(' ').trim().length).toBeGreaterThan(60);
    },
  );

  it('writing a page again changes the generated text and keeps the rest', () => {
    const sgd = entries.find(({ kind, name }) => kind === 'methods' && name === 'sgd')!;
    const page = read('methods/sgd.md');
    const changed = pagesOf([{ ...sgd, description: 'Something | <else>.' }]).get('methods/sgd.md')!(page);
    expect(changed).toContain(String.raw`Something \| \<else\>.`);
    expect(written(changed)).toBe(written(page));
    expect(withBlock(changed, blockOf(sgd), headOf(sgd))).toBe(pages.get('methods/sgd.md')!(page));
  });
});

const registry = shippedRegistry();
const trained = [...pages.keys()].flatMap((page) =>
  typedCommands(read(page)).filter((line) => /^npx bbb (train|sweep) /.test(line)),
);

describe('commands on the pages', () => {
  it.each([...new Set(trained)])('can be planned: %s', async (line) => {
    let trials = 0;
    const stop = new Error('planned');
    const program = createProgram({ onExit: () => undefined }).hook('preAction', (_, command) => {
      const flags: unknown = command.opts();
      const config =
        command.name() === 'train'
          ? trainConfig(flags as TrainFlags, registry)
          : ofSweep(flags as SweepFlags);
      const { search, trials: planned } = planSweep(parseSweepConfig(config), registry);
      trials = search?.total ?? planned.length;
      throw stop;
    });
    await expect(program.parseAsync(line.split(/\s+/).slice(2), { from: 'user' })).rejects.toBe(stop);
    expect(trials).toBeGreaterThan(0);
  });
});

function ofSweep(flags: SweepFlags) {
  return sweepConfig(baseConfig(flags.preset ?? 'quick', undefined, registry), flags, registry);
}
