import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decode } from 'fast-png';
import { describe, expect, it, onTestFinished } from 'vitest';
import { bbb, temporaryFolder } from './run.js';

const guide = readFileSync(new URL('../../docs/guides/own-images.md', import.meta.url), 'utf8');
const FILE = fileURLToPath(new URL('../../docs/guides/own-images/make-pictures.ts', import.meta.url));
const MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url));

/** The commands of the guide, in its order. */
const typed = [...guide.matchAll(/```sh\n([\s\S]*?)```/g)]
  .flatMap(([, block]) => block!.trim().split('\n'))
  .map((line) => line.split(' ').slice(1));

describe('the guide to images of your own', () => {
  it('shows the very file that is run', () => {
    const [, code] = /<!-- docs\/guides\/own-images\/make-pictures\.ts;.*-->\n\n```ts\n([\s\S]*?)```/.exec(
      guide,
    )!;
    expect(code).toBe(readFileSync(FILE, 'utf8'));
  });

  it('works from an empty folder, command by command', async () => {
    const place = await temporaryFolder();
    onTestFinished(() => place.remove());
    const at = (name: string): string => join(place.path, name);
    copyFileSync(FILE, at('make-pictures.ts'));
    symlinkSync(MODULES, at('node_modules'));
    expect(typed.map(([program]) => program)).toEqual(['tsx', 'bbb', 'bbb', 'bbb', 'bbb', 'bbb']);

    const [draw, ...commands] = typed;
    const env = { ...process.env, NODE_OPTIONS: '' };
    const drawn = spawnSync(process.execPath, ['--import=tsx', ...draw!.slice(1)], {
      cwd: place.path,
      env,
      encoding: 'utf8',
    });
    expect(drawn.status, drawn.stderr).toBe(0);
    expect(readdirSync(at('pictures'))).toEqual(['disc', 'ring', 'square']);

    const out: string[] = [];
    for (const [, ...words] of commands) {
      const ended = await bbb(words, { cwd: place.path, env: { BBB_CACHE_DIR: at('cache') } });
      expect(ended.code, `${words.join(' ')}\n${ended.stderr}`).toBe(0);
      out.push(ended.stdout);
    }
    expect(out[0]).toMatch(/disc +80 +0\n/);
    expect(decode(readFileSync(at('examples.png'))).width).toBe(10 * 18 + 2);
    expect(existsSync(at('runs/shapes/report.html'))).toBe(true);
    // Three classes by chance: 33 %. The networks of the guide tell the shapes apart.
    const accuracies = [...out[1]!.matchAll(/^(?:sgd|bbb-mixture) +\w+ +([\d.]+)/gm)].map(([, shown]) =>
      Number(shown),
    );
    expect(accuracies).toHaveLength(2);
    for (const accuracy of accuracies) expect(accuracy).toBeGreaterThan(60);
    expect(out[4]).toMatch(/8 x 8 x 3/);
  }, 180_000);
});
