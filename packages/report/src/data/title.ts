import type { SweepData } from '@bbb/core';
import { extent } from '../tables/stopped-early.js';
import { settingsOf, settingTitle } from './groups.js';

/** Most methods that a title names. More are only counted. */
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

/** The sweep that a report is about. */
export interface Origin {
  /** The name of its folder. */
  readonly name: string;
  /** The day on which its last trial ended, e.g. `2026-11-27`. Default: not known. */
  readonly date?: string;
}

/** The line below the title: name, day, and number of trials. */
export function subtitleOf(data: SweepData, origin?: Origin): string {
  const parts = [origin?.name, origin?.date, extent(data)];
  return parts.filter((part) => part !== undefined).join(' · ');
}
