import { allSettings, isWhole, keptValidationError, settingTitle, type Setting } from '../data/groups.js';
import { accuracyOf, denseOf, estimateOver } from '../data/measure.js';
import type { SweepData } from '@bbb/core';
import { estimated, left, right, text, type Table } from './table.js';

/** Every configuration of a searched grid, best validation error first; nothing where no label has several. */
export function configurationTables(data: SweepData): { setting: Setting; table: Table }[] {
  return allSettings(data)
    .filter(({ groups }) => new Set(groups.map(({ label }) => label)).size < groups.length)
    .map((setting) => ({ setting, table: configurationTable(setting) }));
}

function configurationTable(setting: Setting): Table {
  const rows = setting.groups
    .map((group) => ({ group, validation: estimateOver(group, keptValidationError) }))
    .toSorted((a, b) => (a.validation?.mean ?? Infinity) - (b.validation?.mean ?? Infinity));
  // The first row is not the one that is chosen where it lacks seeds.
  const partial = setting.groups.some((group) => !isWhole(group));
  return {
    id: 'configurations',
    title: `All configurations: ${settingTitle(setting)}`,
    columns: [
      left('configuration', 'configuration'),
      ...(partial ? [right('seeds', 'seeds done')] : []),
      right('validation_error', 'validation error (%)'),
      right('test_error', 'test error (%)'),
    ],
    rows: rows.map(({ group, validation }) => [
      text(group.name),
      ...(partial ? [text(`${group.results.length} of ${group.planned}`)] : []),
      estimated(validation, 'percent', 'no validation images'),
      estimated(
        estimateOver(group, (result) => {
          const accuracy = accuracyOf(denseOf(group))(result);
          return accuracy === undefined ? undefined : 1 - accuracy;
        }),
        'percent',
      ),
    ]),
    notes: ['Choose by the validation error: choosing by the test error would make it too good to be true.'],
  };
}
