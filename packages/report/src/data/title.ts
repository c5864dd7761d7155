import type { SweepData } from '@bbb/core';
import { extent } from '../tables/stopped-early.js';
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

/** Which sweep a report is of. */
export interface Origin {
  /** What its folder is called. */
  readonly name: string;
  /** The day on which its last trial ended, e.g. `2026-11-27`. Default: not known. */
  readonly date?: string;
}

/** The line below the title: name, day, and how many trials there are. */
export function subtitleOf(data: SweepData, origin?: Origin): string {
  const parts = [origin?.name, origin?.date, extent(data)];
  return parts.filter((part) => part !== undefined).join(' · ');
}
