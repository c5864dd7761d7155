import { resolve } from 'node:path';
import type { SweepData } from '@bbb/core';
import {
  compareReports,
  ensemblesTable,
  comparisonFiles,
  parseFormats,
  pruningWarnings,
  renderTerminal,
  settingsOf,
  tableJson,
  writeFiles,
  writeReport,
  type ReportFormat,
  type Table,
} from '@bbb/report';
import { readOrigin, readSweep } from '@bbb/sweep';
import { loadRegistry } from '../io/registry.js';
import { refineTargets } from '../network/refine-target.js';
import { seedEnsembles } from '../network/seed-ensembles.js';
import { NO_STEPS, type Steps } from '../progress/work.js';
import { damageOf } from '../run/damage.js';
import { answerText, dataLine, mainTables, tablesText, testErrorText } from '../run/tables.js';
import type { ComparisonRequest, ReportRequest, SweepRequest, Report } from './request.js';

/** Columns of texts that are part of JSON. */
const JSON_WIDTH = 100;

/**
 * Reads the results, computes tables and writes files. For thousands of trials this takes seconds, so it must not run in a thread
 * that handles signals.
 */
export function makeReport(request: ReportRequest, steps: Steps = NO_STEPS): Promise<Report> {
  return request.kind === 'sweep' ? reportSweep(request, steps) : reportComparison(request);
}

async function reportSweep(request: SweepRequest, steps: Steps): Promise<Report> {
  const { dir, width, nameData = false } = request;
  const formats = parseFormats(request.formats);
  const { data, ensembles, notes } = await withEnsembles(await readSweep(resolve(dir)), request, steps);
  const { question, left } = await refinedQuestion(data, request, steps);
  if (formats.length > 0) steps('writing tables and figures');
  const files = await writeFilesOf(data, { ...request, ...(question ? { question } : {}) }, formats);
  const tables = [...mainTables(data), ...ensembles];
  return {
    text: [
      ...(nameData ? dataLine(data) : testErrorText(data)),
      tablesText(tables, width),
      answerText(data, width, question),
    ].join('\n'),
    warnings: [
      ...damageOf(data, dir),
      ...settingsOf(data).flatMap(({ groups }) => pruningWarnings(groups)),
      ...notes,
      ...left,
      ...files.warnings,
    ],
    written: files.written,
    answer: answerText(data, JSON_WIDTH, question),
    tables: tables.map(tableJson),
    failed: data.failed,
  };
}

/** Measures the seeds of each configuration as an ensemble, if requested. Returns their tables, and what could not be measured. */
async function withEnsembles(
  data: SweepData,
  { dir, ensembles }: SweepRequest,
  steps: Steps,
): Promise<{ data: SweepData; ensembles: readonly Table[]; notes: readonly string[] }> {
  if (!ensembles) return { data, ensembles: [], notes: [] };
  const { registry } = await loadRegistry(ensembles.plugins);
  const measured = await seedEnsembles(
    resolve(dir),
    data,
    registry,
    ensembles.dataDir,
    steps('measuring ensembles of seeds'),
  );
  const whole = { ...data, ensembles: measured.ensembles };
  return {
    data: whole,
    ensembles: settingsOf(whole).flatMap((setting) => ensemblesTable(whole, setting) ?? []),
    notes: measured.left.map((reason) => `Ensembles of seeds were not measured: ${reason}.`),
  };
}

/** The question, with the refined sparsities if they were requested, and the reasons for those that were not refined. */
async function refinedQuestion(
  data: SweepData,
  { dir, question, refine }: SweepRequest,
  steps: Steps,
): Promise<{ question: SweepRequest['question']; left: readonly string[] }> {
  if (!refine || question?.targetError === undefined) return { question, left: [] };
  const { registry } = await loadRegistry(refine.plugins);
  const target = question.targetError;
  const search = { dir: resolve(dir), data, target, registry, dataDir: refine.dataDir, steps };
  const { refined, left } = await refineTargets(search);
  return {
    question: { ...question, refined },
    left: left.map((reason) => `The target error was looked up at the measured sparsities only: ${reason}.`),
  };
}

async function writeFilesOf(
  data: SweepData,
  { dir, out, question, command, filesMayFail = false }: SweepRequest,
  formats: readonly ReportFormat[],
): Promise<Pick<Report, 'written' | 'warnings'>> {
  if (filesMayFail && data.results.length === 0) return { written: [], warnings: [] };
  const origin = await readOrigin(resolve(dir));
  const options = {
    origin,
    ...(question ? { question } : {}),
    ...(command === undefined ? {} : { command }),
  };
  try {
    return { written: await writeReport(data, resolve(out), formats, options), warnings: [] };
  } catch (error) {
    if (!filesMayFail) throw error;
    return { written: [], warnings: [`The report was not written: ${(error as Error).message}`] };
  }
}

async function reportComparison({
  dirs,
  names,
  out,
  width,
  sparsity,
  ...rest
}: ComparisonRequest): Promise<Report> {
  const formats = parseFormats(rest.formats);
  const a = await readSweep(resolve(dirs[0]));
  const b = await readSweep(resolve(dirs[1]));
  const compared = compareReports(a, b, names, sparsity);
  const tables = [compared.answer.table, ...compared.tables];
  return {
    text: [compared.answer.sentence, '', ...tables.map((table) => renderTerminal(table, { width }))].join(
      '\n',
    ),
    warnings: [...damageOf(a, dirs[0]), ...damageOf(b, dirs[1])],
    written: await writeFiles(resolve(out), comparisonFiles(compared, formats)),
    answer: compared.answer.sentence,
    tables: tables.map(tableJson),
    failed: [],
  };
}
