import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ownGuide } from './own-guide.js';
import { bbb } from '../support/command-line.js';

const { shown, content, typed, start } = ownGuide('own-table', 'make-table.ts');

describe('the guide to a table of your own', () => {
  it('shows exactly the file that is run', () => expect(shown).toBe(content));

  it('works from an empty folder, command by command', async () => {
    expect(typed.map(([program]) => program)).toEqual(['tsx', 'bbb', 'bbb']);
    const { path, at } = await start();

    const sweep = await bbb(typed[1]!.slice(1), { cwd: path });
    expect(sweep.code, sweep.stderr).toBe(0);
    const printed = sweep.stderr.replaceAll(/\s+/g, ' ');
    for (const part of [
      'By the size of the data: --validation 31 --test-fraction 0.2 --batch 32',
      'The target price is a number.',
      'Categories: town (3).',
      '14 rows with missing values are left out.',
    ])
      expect(printed).toContain(part);
    expect(existsSync(at('runs/flats/report.html'))).toBe(true);
    // Prices are from 50 to 430, with an sd of about 85. The noise in the table has an sd of 6, and networks come close to it.
    const errors = [...sweep.stdout.matchAll(/^(?:sgd|dropout|bbb-gaussian) +(?:magnitude|snr) +([\d.]+)/gm)];
    expect(errors).toHaveLength(3);
    for (const [, error] of errors) expect(Number(error)).toBeLessThan(30);

    const status = await bbb(typed[2]!.slice(1), { cwd: path });
    expect(status.code, status.stderr).toBe(0);
  }, 120_000);
});
