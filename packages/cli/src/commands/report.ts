import { basename, resolve } from 'node:path';
import {
  compareReports,
  comparisonFiles,
  parseFormats,
  renderTerminal,
  writeFiles,
  writeReport,
  type ReportFormat,
} from '@bbb/report';
import { readSweep } from '@bbb/sweep';
import { UsageError } from '../errors/usage.js';
import { print, say } from '../io/output.js';
import type { ReportFlags } from '../options/kinds.js';
import { checkData } from '../run/check-data.js';
import { warnOfDamage } from '../run/damage.js';
import { answerText, dataLine, mainTables, tablesText } from '../run/tables.js';

const FORMATS = ['html', 'md', 'csv'];

/** `bbb report`: writes what a sweep's folder holds as pages, tables and figures; says the most of it. */
export async function report(dir: string, other: string | undefined, flags: ReportFlags): Promise<number> {
  const formats = parseFormats(flags.format ?? FORMATS);
  await checkData([dir, ...(other === undefined ? [] : [other])], flags);
  if (flags.compare) return compare(dir, other, formats, flags);
  if (other !== undefined) {
    throw new UsageError(`Two folders, ${dir} and ${other}.`, 'To set them side by side: --compare.');
  }
  const data = await readSweep(resolve(dir));
  warnOfDamage(data, dir);
  const question = {
    ...(flags.reference === undefined ? {} : { reference: flags.reference }),
    ...(flags.sparsity === undefined ? {} : { sparsity: flags.sparsity }),
  };
  const written = await writeReport(data, resolve(flags.out ?? dir), formats, { question });
  const lines = [tablesText(mainTables(data), width()), answerText(data, width(), question)];
  await print([...dataLine(data), ...lines].join('\n'));
  sayWritten(written);
  return 0;
}

async function compare(
  dir: string,
  other: string | undefined,
  formats: readonly ReportFormat[],
  { out, sparsity, reference }: ReportFlags,
): Promise<number> {
  if (other === undefined) {
    throw new UsageError('--compare needs two folders.', 'bbb report --compare A B');
  }
  if (reference !== undefined) {
    throw new UsageError(
      '--reference has no meaning with --compare.',
      'There, each method is compared with itself.',
    );
  }
  const [a, b] = [await readSweep(resolve(dir)), await readSweep(resolve(other))];
  warnOfDamage(a, dir);
  warnOfDamage(b, other);
  const compared = compareReports(a, b, namesOf(dir, other), sparsity);
  const written = await writeFiles(resolve(out ?? dir), comparisonFiles(compared, formats));
  await print(
    [
      compared.answer.sentence,
      '',
      ...[compared.answer.table, ...compared.tables].map((table) =>
        renderTerminal(table, { width: width() }),
      ),
    ].join('\n'),
  );
  sayWritten(written);
  return 0;
}

/** Short where that tells them apart. */
function namesOf(a: string, b: string): [string, string] {
  const [shortA, shortB] = [basename(resolve(a)), basename(resolve(b))];
  return shortA === shortB ? [a, b] : [shortA, shortB];
}

function width(): number {
  return process.stdout.columns || 120;
}

function sayWritten(paths: readonly string[]): void {
  const [first, ...rest] = paths;
  say(`Written: ${first ?? 'nothing'}${rest.length > 0 ? ` and ${rest.length} more files` : ''}`);
}
