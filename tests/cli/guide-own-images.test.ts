import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { ownGuide } from './own-guide.js';
import { bbb } from '../support/command-line.js';

const { shown, content, typed, start } = ownGuide('own-images', 'make-pictures.ts');

describe('the guide to images of your own', () => {
  it('shows exactly the file that is run', () => expect(shown).toBe(content));

  it('works from an empty folder, command by command', async () => {
    expect(typed.map(([program]) => program)).toEqual(['tsx', 'bbb', 'bbb', 'bbb', 'bbb', 'bbb']);
    const { path, at } = await start();
    expect(readdirSync(at('pictures'))).toEqual(['disc', 'ring', 'square']);

    const out: string[] = [];
    for (const [, ...words] of typed.slice(1)) {
      const ended = await bbb(words, { cwd: path, env: { BBB_CACHE_DIR: at('cache') } });
      expect(ended.code, `${words.join(' ')}\n${ended.stderr}`).toBe(0);
      out.push(ended.stdout);
    }
    expect(out[0]).toMatch(/disc +80 +0\n/);
    expect(decode(readFileSync(at('examples.png'))).width).toBe(10 * 18 + 2);
    expect(existsSync(at('runs/shapes/report.html'))).toBe(true);
    // By chance, three classes give 33 %. The networks of the guide distinguish the shapes.
    const accuracies = [...out[1]!.matchAll(/^(?:sgd|bbb-mixture) +\w+ +([\d.]+)/gm)].map(([, accuracy]) =>
      Number(accuracy),
    );
    expect(accuracies).toHaveLength(2);
    for (const accuracy of accuracies) expect(accuracy).toBeGreaterThan(60);
    expect(out[4]).toMatch(/8 x 8 x 3/);
  }, 180_000);
});
