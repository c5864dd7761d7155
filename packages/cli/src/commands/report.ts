import { basename, resolve } from 'node:path';
import { UsageError } from '../errors/usage.js';
import { print, say, warn } from '../io/output.js';
import type { ReportFlags } from '../options/kinds.js';
import { workProgress } from '../progress/work.js';
import { checkData } from '../run/check-data.js';
import type { ReportRequest } from '../report/request.js';
import { reportInThread } from '../report/in-thread.js';

const FORMATS = ['html', 'md', 'csv'];

/** `bbb report`: writes the results in a sweep's folder as pages, tables and figures, and prints the most important ones. */
export async function report(dir: string, other: string | undefined, flags: ReportFlags): Promise<number> {
  const request = requestOf(dir, other, flags);
  await checkData(request.kind === 'sweep' ? [dir] : request.dirs, flags);
  const work = workProgress();
  const { text, warnings, written } = await reportInThread(request, work.step).finally(work.close);
  warnings.forEach(warn);
  await print(text);
  sayWritten(written);
  return 0;
}

function requestOf(dir: string, other: string | undefined, flags: ReportFlags): ReportRequest {
  const { format: formats = FORMATS, out = dir, reference, sparsity, targetError } = flags;
  const common = { out, formats, width: process.stdout.columns || 120 };
  if (!flags.compare) {
    if (other !== undefined) {
      throw new UsageError(
        `bbb report takes one folder, and got two: ${dir} and ${other}.`,
        'To compare two sweeps, add --compare.',
      );
    }
    if (flags.refine && targetError === undefined)
      throw new UsageError('--refine needs a target error.', 'Add one, e.g. --target-error 2% --refine');
    const question = {
      ...(reference === undefined ? {} : { reference }),
      ...(sparsity === undefined ? {} : { sparsity }),
      ...(targetError === undefined ? {} : { targetError }),
    };
    const loading = { plugins: flags.plugin, dataDir: flags.dataDir };
    return {
      kind: 'sweep',
      dir,
      question,
      nameData: true,
      ...(flags.ensembles ? { ensembles: loading } : {}),
      ...(flags.refine ? { refine: loading } : {}),
      ...common,
    };
  }
  if (flags.refine)
    throw new UsageError(
      '--refine has no effect with --compare.',
      'Run bbb report DIR --refine for each sweep.',
    );
  if (flags.ensembles)
    throw new UsageError(
      '--ensembles has no effect with --compare.',
      'Run bbb report DIR --ensembles for each sweep.',
    );
  if (other === undefined) {
    throw new UsageError('--compare needs two folders.', 'Type: bbb report --compare A B');
  }
  if (reference !== undefined) {
    throw new UsageError(
      '--reference has no effect with --compare.',
      'Leave it out: --compare sets each method of one sweep beside the same method of the other.',
    );
  }
  if (targetError !== undefined) {
    throw new UsageError(
      '--target-error has no effect with --compare.',
      'Run bbb report DIR --target-error ERROR for each sweep.',
    );
  }
  return { kind: 'comparison', dirs: [dir, other], names: namesOf(dir, other), sparsity, ...common };
}

/** The names of two folders: the last part of each path, if that distinguishes them. */
function namesOf(a: string, b: string): [string, string] {
  const [shortA, shortB] = [basename(resolve(a)), basename(resolve(b))];
  return shortA === shortB ? [a, b] : [shortA, shortB];
}

function sayWritten(paths: readonly string[]): void {
  const [first, ...rest] = paths;
  say(
    `Written: ${first ?? 'nothing'}${rest.length > 0 ? ` and ${rest.length} more ${rest.length === 1 ? 'file' : 'files'}` : ''}`,
  );
}
