import type { SweepData } from '@bbb/core';
import { settingsOf, settingTitle } from './groups.js';

/** More methods than this are counted in a title, not named. */
const NAMED = 4;

/** What a report is about, in one line: the data, the network and the methods. The same data give the same title. */
export function titleOf(data: SweepData): string {
  const settings = settingsOf(data).map(settingTitle);
  const methods = [...new Set(data.plan.map(({ label }) => label))];
  const what = methods.length > NAMED ? `${methods.length} methods` : methods.join(', ');
  if (settings.length === 0) return `Report of a sweep: ${what}`;
  const where = settings.length > 2 ? `${settings.length} settings` : settings.join('; ');
  return `${where}: ${what}`;
}
