import { stat } from 'node:fs/promises';
import { describeData, type DataReport, type PlaceReport } from 'mnist-data-loader';
import { UsageError } from '../errors/usage.js';
import { print, printJson } from '../io/output.js';
import type { DataFlags } from '../options/kinds.js';

/** `bbb data`: for each known set, the folders that were searched, the files found, and how to get the set. Downloads nothing. */
export async function data({ dataDir, json }: DataFlags): Promise<number> {
  // The default folders may be missing, but a folder that the user names must exist.
  if (dataDir !== undefined && !(await stat(dataDir)).isDirectory())
    throw new UsageError(`${dataDir} is not a folder.`, 'Give the folder that holds the files.');
  const reports = await describeData({ dataDir });
  if (json) await printJson(reports.map(reportJson));
  else await print(reports.map((report) => reportText(report, dataDir !== undefined)).join('\n'));
  return 0;
}

function reportText(report: DataReport, only: boolean): string {
  const { title, name, places, dir, hint } = report;
  return [
    `${title} (${name}): ${dir === undefined ? whyNot(report, only) : `ready, in ${dir}`}`,
    ...places.map(placeLine),
    ...(dir === undefined ? [`  To get it: ${hint}`] : []),
    '',
  ].join('\n');
}

function whyNot({ problem }: DataReport, only: boolean): string {
  if (problem && !(only && problem.code === 'E_DATA_MISSING')) return `can't be used. ${problem.message}`;
  return only ? 'not in that folder' : 'not here; it is downloaded when a trial needs it';
}

function placeLine({ label, dir, status, bytes, files, problem }: PlaceReport): string {
  const megabytes = `${(bytes / 1e6).toFixed(1)} MB`;
  const problems = [problem, ...files.map((file) => file.problem)].flatMap((found) =>
    found ? [found.message] : [],
  );
  const found = {
    ok: `all four files, ${megabytes}, SHA-256 as published`,
    absent: 'nothing',
    bad: problems.join(' ') || `only ${files.map(({ role }) => role).join(', ')}`,
  }[status];
  return `  ${label}: ${dir}: ${found}`;
}

/** Problems as plain objects. */
function reportJson(report: DataReport): Record<string, unknown> {
  const plain = ({ problem, ...rest }: { readonly problem?: { code: string; message: string } }): object => ({
    ...rest,
    ...(problem ? { problem: { code: problem.code, message: problem.message } } : {}),
  });
  return {
    ...plain(report),
    dir: report.dir ?? null,
    places: report.places.map((place) => ({ ...plain(place), files: place.files.map(plain) })),
  };
}
