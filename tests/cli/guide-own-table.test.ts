import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { bbb, temporaryFolder } from './run.js';

const guide = readFileSync(new URL('../../docs/guides/own-table.md', import.meta.url), 'utf8');
const FILE = fileURLToPath(new URL('../../docs/guides/own-table/make-table.ts', import.meta.url));
const MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url));

/** The commands of the guide, in its order. */
const typed = [...guide.matchAll(/```sh\n([\s\S]*?)```/g)]
  .flatMap(([, block]) => block!.trim().split('\n'))
  .map((line) => line.split(' ').slice(1));

describe('the guide to a table of your own', () => {
  it('shows the very file that is run', () => {
    const [, code] = /<!-- docs\/guides\/own-table\/make-table\.ts;.*-->\n\n```ts\n([\s\S]*?)```/.exec(
      guide,
    )!;
    expect(code).toBe(readFileSync(FILE, 'utf8'));
  });

  it('works from an empty folder, command by command', async () => {
    const place = await temporaryFolder();
    onTestFinished(() => place.remove());
    const at = (name: string): string => join(place.path, name);
    copyFileSync(FILE, at('make-table.ts'));
    symlinkSync(MODULES, at('node_modules'));
    expect(typed.map(([program]) => program)).toEqual(['tsx', 'bbb', 'bbb']);

    const env = { ...process.env, NODE_OPTIONS: '' };
    const made = spawnSync(process.execPath, ['--import=tsx', ...typed[0]!.slice(1)], {
      cwd: place.path,
      env,
      encoding: 'utf8',
    });
    expect(made.status, made.stderr).toBe(0);

    const sweep = await bbb(typed[1]!.slice(1), { cwd: place.path });
    expect(sweep.code, sweep.stderr).toBe(0);
    const told = sweep.stderr.replaceAll(/\s+/g, ' ');
    expect(told).toContain('The target price is a number.');
    expect(told).toContain('Categories: town (3).');
    expect(told).toContain('14 rows with missing values are left out.');
    expect(existsSync(at('runs/flats/report.html'))).toBe(true);
    // Prices are 50 to 430, with an sd of about 85; networks come near to the 6 that the table does not explain.
    const errors = [...sweep.stdout.matchAll(/^(?:sgd|bbb-gaussian) +([\d.]+) +[\d.]+/gm)].map(([, shown]) =>
      Number(shown),
    );
    expect(errors.length).toBeGreaterThanOrEqual(2);
    for (const error of errors.slice(0, 2)) expect(error).toBeLessThan(30);

    const status = await bbb(typed[2]!.slice(1), { cwd: place.path });
    expect(status.code, status.stderr).toBe(0);
  }, 120_000);
});
