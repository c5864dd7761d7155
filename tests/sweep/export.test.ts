import { readSweep, exportSweep } from '@bbb/sweep';
import { parquetReadObjects } from 'hyparquet';
import { beforeAll, describe, expect, it } from 'vitest';
import { columnsOf, exportRows, type Row } from '../../packages/sweep/src/export/rows.js';
import { toCsv } from '../../packages/sweep/src/export/csv.js';
import { run, tinyPlan } from '../support/sweeps/tiny.js';
import { sharedFolder } from '../support/folders.js';

/** Splits RFC 4180 text with quotes. It shares no code with the writer. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const at = text[i]!;
    if (quoted) {
      if (at !== '"') cell += at;
      else if (text[i + 1] === '"') cell += text[++i]!;
      else quoted = false;
    } else if (at === '"') quoted = true;
    else if (at === ',' || at === '\n') {
      rows.at(-1)!.push(cell.replace(/\r$/, ''));
      cell = '';
      if (at === '\n') rows.push([]);
    } else cell += at;
  }
  return rows.slice(0, -1);
}

const dir = sharedFolder();
beforeAll(async () => {
  const methods = [
    { label: 'plain, "quoted"', use: 'sgd' },
    { label: 'broken', use: 'faulty', options: { fault: 'throw' } },
  ];
  await run(await tinyPlan({ methods, seeds: [0, 1] }), { dir, maxRetries: 0 });
});

describe('an exported sweep', () => {
  it('has a row for each network, and one for a trial without a result', async () => {
    const data = await readSweep(dir);
    const rows = exportRows(data, 'evaluations');
    // Two finished trials with two sparsities, whose networks have no samples; two trials failed.
    expect(rows).toHaveLength(2 * 2 + 2);
    const [result] = data.results;
    const dense = result!.pruning.find(({ share }) => share === 0)!;
    expect(rows[0]).toMatchObject({
      id: result!.id,
      state: 'done',
      seed: 0,
      share: 0,
      predict: dense.evaluations[0]!.predict,
      accuracy: dense.evaluations[0]!.metrics.accuracy,
      validationError: result!.epochs.at(-1)!.validationError,
    });
    // The remaining weights of a pruned network, and its calibration.
    const pruned = result!.pruning.find(({ share }) => share > 0)!;
    const { calibrated } = pruned.evaluations[0]!;
    expect(rows.find(({ id, share }) => id === result!.id && share === pruned.share)).toMatchObject({
      'bytes.sparse': pruned.bytes!.sparse,
      'bytes.gzip': pruned.bytes!.gzip,
      activeWeights: pruned.paths!.active,
      deadUnits: Object.values(pruned.paths!.deadUnits).reduce((sum, [dead]) => sum + dead, 0),
      'pruned.validationError': pruned.validation!.error,
      temperature: calibrated!.temperature,
      'atTemperature.nll': calibrated!.atTemperature!.nll,
      'sets.lac.coverage': calibrated!.sets!['lac']!.coverage,
    });
    expect(rows.filter(({ state }) => state === 'error')).toHaveLength(2);
    expect(rows.find(({ state }) => state === 'error')!['failure']).toContain('the method broke');
  });

  it('gives the same data when read back from all three formats', async () => {
    const data = await readSweep(dir);
    const rows = exportRows(data, 'evaluations');
    const columns = columnsOf(rows);
    const complete = rows.map((row) =>
      Object.fromEntries(columns.map((column) => [column, row[column] ?? null])),
    );

    expect(JSON.parse(Buffer.from(exportSweep(data, 'json')).toString())).toEqual(rows);

    const [head, ...lines] = parseCsv(Buffer.from(exportSweep(data, 'csv')).toString());
    expect(head).toEqual(columns);
    const text = (row: Row): string[] => columns.map((column) => String(row[column] ?? ''));
    expect(lines).toEqual(complete.map(text));

    const bytes = exportSweep(data, 'parquet');
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
    expect(await parquetReadObjects({ file })).toEqual(complete);
  });

  it('also has the curves of training', async () => {
    const { results } = await readSweep(dir);
    const rows = exportRows(await readSweep(dir), 'epochs');
    expect(rows).toHaveLength(2 * 3);
    expect(rows[2]).toMatchObject({ id: results[0]!.id, ...results[0]!.epochs[2] });
  });

  it('has no formula in a text, and does not change numbers below zero', () => {
    expect(toCsv([{ a: '=1+1', b: -1.5, c: '-1.5' }])).toBe("a,b,c\r\n'=1+1,-1.5,-1.5\r\n");
  });

  it('keeps every number exactly, and quotes what needs it', () => {
    const rows: Row[] = [{ a: 0.1 + 0.2, b: 'x,"y"\r\nz' }, { c: 5e-324 }];
    const [head, ...lines] = parseCsv(toCsv(rows));
    expect(head).toEqual(['a', 'b', 'c']);
    expect(Number(lines[0]![0])).toBe(0.1 + 0.2);
    expect(lines[0]![1]).toBe('x,"y"\r\nz');
    expect(Number(lines[1]![2])).toBe(5e-324);
  });
});
