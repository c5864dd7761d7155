import { allSettings, isWhole, keptValidationError, settingTitle, type Setting } from '../data/groups.js';
import { errorValue, metricOf, named } from '../data/headline-metric.js';
import { denseError, estimateOver, exampleNoun } from '../data/measure.js';
import type { SweepData, TrialResult } from '@bbb/core';
import { estimated, left, right, text, type Table } from './table.js';

/** Every configuration of a searched grid, best validation error first. Empty if no label has several. */
export function configurationTables(data: SweepData): { setting: Setting; table: Table }[] {
  return allSettings(data)
    .filter(({ groups }) => new Set(groups.map(({ label }) => label)).size < groups.length)
    .map((setting) => ({ setting, table: configurationTable(setting) }));
}

function shownValidationError(result: TrialResult): number | undefined {
  const error = keptValidationError(result);
  return error === undefined ? undefined : errorValue(result, error);
}

function configurationTable(setting: Setting): Table {
  const metric = metricOf(setting.groups);
  const { unit } = metric;
  const error = metric.error.name;
  const rows = setting.groups
    .map((group) => ({ group, validation: estimateOver(group, shownValidationError) }))
    .toSorted((a, b) => (a.validation?.mean ?? Infinity) - (b.validation?.mean ?? Infinity));
  // If the first row lacks seeds, another configuration was chosen.
  const partial = setting.groups.some((group) => !isWhole(group));
  return {
    id: 'configurations',
    title: `All configurations: ${settingTitle(setting)}`,
    columns: [
      left('configuration', 'configuration'),
      ...(partial ? [right('seeds', 'seeds done')] : []),
      right('validation_error', named(`validation ${error}`, unit)),
      right('test_error', named(`test ${error}`, unit)),
    ],
    rows: rows.map(({ group, validation }) => [
      text(group.name),
      ...(partial ? [text(`${group.results.length} of ${group.planned}`)] : []),
      estimated(validation, metric.format, `no validation ${exampleNoun(setting.groups)}s`),
      estimated(denseError(group, metric), metric.format),
    ]),
    notes: [
      `Choose by the validation ${error}: choosing by the test ${error} would make it too good to be true.`,
    ],
  };
}
