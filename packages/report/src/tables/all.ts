import type { SweepData } from '@bbb/core';
import { settingId, settingsOf, type Setting } from '../data/groups.js';
import { metricOf } from '../data/headline-metric.js';
import { once } from '../data/once.js';
import { bytesTable } from './bytes.js';
import { calibrationTable } from './calibration.js';
import { compactTable } from './compact.js';
import { conformalTable } from './conformal.js';
import { configurationTables } from './configurations.js';
import { costTable } from './cost.js';
import { dataTable } from './data.js';
import { differencesTable } from './differences.js';
import { ensemblesTable } from './ensembles.js';
import { evidenceTable } from './evidence.js';
import { importanceTable } from './importance.js';
import { oodTable } from './ood.js';
import { overviewTable } from './overview.js';
import { ownSparsityTable } from './own-sparsity.js';
import { progressTable } from './progress.js';
import { pruningTable } from './pruning.js';
import { sizeTable } from './size.js';
import { snrTable } from './snr.js';
import { stoppedEarlyTable } from './stopped-early.js';
import type { Table } from './table.js';
import { uncertaintyTable } from './uncertainty.js';
import { weightsTable } from './weights.js';

/** Tables of one setting, in the order of a report. */
const PER_SETTING: readonly ((setting: Setting) => Table | undefined)[] = [
  overviewTable,
  pruningTable,
  differencesTable,
  ownSparsityTable,
  bytesTable,
  compactTable,
  snrTable,
  calibrationTable,
  uncertaintyTable,
  conformalTable,
  oodTable,
  evidenceTable,
  costTable,
  weightsTable,
];

/** Every table that the results allow, with unique ids. */
export const reportTables = once((data: SweepData): readonly Table[] => {
  const progress = progressTable(data);
  const stopped = stoppedEarlyTable(data);
  const sets = dataTable(data);
  const importance = importanceTable(data);
  return [
    ...(progress ? [progress] : []),
    ...sizeTables(data),
    ...settingsOf(data).flatMap((setting) => settingTables(data, setting)),
    ...(importance ? [importance] : []),
    ...(stopped ? [stopped] : []),
    ...(sets ? [sets] : []),
  ];
});

/** Test error by method and network, for each data set with several networks or with published numbers. */
export const sizeTables = once((data: SweepData): readonly Table[] => {
  const settings = settingsOf(data);
  const datasets = [...new Set(settings.map(({ dataset }) => dataset))];
  return datasets.flatMap((dataset) => {
    const own = settings.filter((setting) => setting.dataset === dataset);
    const keys = [...new Set(own.map(({ groups }) => metricOf(groups).key))];
    return keys.flatMap((key, i) => {
      const sizes = own.filter(({ groups }) => metricOf(groups).key === key);
      const table = sizeTable(dataset, sizes);
      const shown = sizes.length > 1 || table.columns.some((column) => column.published);
      return shown ? [i === 0 ? table : { ...table, id: `${table.id}-${key}` }] : [];
    });
  });
});

/** The tables of one setting, in the order of a report. */
export function settingTables(data: SweepData, setting: Setting): readonly Table[] {
  return tablesOf(data)(setting);
}

const searched = once(configurationTables);
const tablesOf = once((data: SweepData) => once((setting: Setting) => makeTables(data, setting)));

function makeTables(data: SweepData, setting: Setting): Table[] {
  const ensembles = ensemblesTable(data, setting);
  const own = [...PER_SETTING.flatMap((make) => make(setting) ?? []), ...(ensembles ? [ensembles] : [])];
  const grid = searched(data)
    .filter((found) => settingId(found.setting) === settingId(setting))
    .map(({ table }) => table);
  return [...own, ...grid].map((table) => ({ ...table, id: `${table.id}-${settingId(setting)}` }));
}
