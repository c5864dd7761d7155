export type { SweepData } from '@bbb/core';
export { allSettings, settingsOf, settingTitle, type Group, type Setting } from './data/groups.js';
export { estimate, halfWidth, type Estimate } from './stats/estimate.js';
export { holm, pairedDifference, type BySeed, type PairedDifference } from './stats/paired.js';
export type { Cell, Column, Format, Table } from './tables/table.js';
export { renderCsv, renderJson, renderMarkdown, renderTerminal, tableJson } from './tables/render.js';
export { pruningTable } from './tables/pruning.js';
export { terminalTable } from './tables/terminal-table.js';
