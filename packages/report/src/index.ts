/**
 * Statistics over seeds, tables, figures and pages, all pure functions of the results of a sweep: {@link writeReport} writes a whole report,
 * {@link renderMarkdown} and its neighbours one table.
 *
 * Import it to make a report, or a table or a figure of your own, in a program that has read a sweep with `@bbb/sweep`. `@bbb/report/log-ticks` has
 * the marks of logarithmic axes alone.
 *
 * @packageDocumentation
 */
export type { SweepData } from '@bbb/core';
export { allSettings, settingsOf, settingTitle, type Group, type Setting } from './data/groups.js';
export { pruningWarnings } from './data/pruning-warnings.js';
export { likelihoodName, networkName } from './data/network-name.js';
export { estimate, halfWidth, type Estimate } from './stats/estimate.js';
export { holm, pairedDifference, type BySeed, type PairedDifference } from './stats/paired.js';
export type { Cell, Column, Format, Table } from './tables/table.js';
export { renderCsv, renderJson, renderMarkdown, renderTerminal, tableJson } from './tables/render.js';
export { costTable } from './tables/cost.js';
export { importanceTable } from './tables/importance.js';
export { importanceOf, objectiveOf, type Importance } from './importance/importance.js';
export { pruningTable } from './tables/pruning.js';
export { ensemblesTable } from './tables/ensembles.js';
export { denseUncertaintyTable } from './tables/uncertainty.js';
export { terminalTable } from './tables/terminal-table.js';
export { reportTables } from './tables/all.js';
export { compareGroups, type Comparison } from './data/compare-groups.js';
export { reportFigures } from './figures/all.js';
export { figureSvg, standaloneSvg, type Figure } from './figures/figure.js';
export { renderPng } from './figures/png.js';
export { stylesOf, type Style, type StyleOf } from './figures/style.js';
export { answersOf, plainAnswer, type Answer } from './answer/answer.js';
export { renderAnswers } from './answer/terminal.js';
export { questionOf, type Question } from './answer/primary.js';
export { errorBound, targetBrackets, type Bracket, type Refined } from './answer/target.js';
export { errorValue } from './data/headline-metric.js';
export { metricOf, type HeadlineMetric } from './data/headline-metric.js';
export {
  againstReference,
  type AgainstReference,
  type Family,
  type Standing,
} from './stats/against-reference.js';
export { renderHtml, type ReportOptions } from './html/report.js';
export { REPORT_POLICY } from './html/page.js';
export { reproduction, type Reproduction } from './data/reproduce.js';
export { renderReportMarkdown } from './markdown.js';
export { reportJson } from './json.js';
export { parseFormats, REPORT_FORMATS, reportFiles, type ReportFile, type ReportFormat } from './files.js';
export { writeReport } from './write.js';
export { tensorboardFiles, type EventFile } from './tensorboard/trial.js';
export { tensorboard, type TensorboardOptions } from './tensorboard/reporter.js';
export {
  compareReports,
  comparisonFiles,
  renderComparisonHtml,
  type ComparisonReport,
} from './compare/compare.js';
export { writeFiles } from './write.js';
export { banditFiles, banditTableOf, type BanditStory } from './bandit/report.js';
