import { clause, type SweepData } from '@bbb/core';
import { join } from 'node:path';

/** Most files whose damage is listed one by one. */
const MOST = 5;

/** One warning for each damaged file. Without the warnings, users could miss that a finished trial is absent from the tables. */
export function damageOf({ damaged = [], damage = {} }: SweepData, dir: string): string[] {
  if (damaged.length === 0) return [];
  const which = damaged.length === 1 ? 'The result of trial' : 'The results of trials';
  return [
    ...damaged.slice(0, MOST).flatMap((id) => {
      const reason = damage[id];
      return reason === undefined
        ? []
        : [`${join(dir, 'trials', id, 'result.json')} is damaged: ${clause(reason)}.`];
    }),
    `${which} ${damaged.join(', ')} in ${dir} can't be read, and the tables leave it out: the file is damaged, or was made with other data. The command of the sweep runs such a trial again.`,
  ];
}
