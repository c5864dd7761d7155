import type { SweepData } from '@bbb/core';
import { join } from 'node:path';
import { warn } from '../io/output.js';

/** Files whose damage is told one by one. */
const MOST = 5;

/** Tables without a trial that was done look like others: that has to be said. */
export function warnOfDamage({ damaged = [], damage = {} }: SweepData, dir: string): void {
  if (damaged.length === 0) return;
  for (const id of damaged.slice(0, MOST)) {
    if (damage[id] !== undefined)
      warn(`${join(dir, 'trials', id, 'result.json')} is damaged: ${damage[id]}.`);
  }
  const which = damaged.length === 1 ? 'The result of trial' : 'The results of trials';
  warn(
    `${which} ${damaged.join(', ')} in ${dir} can't be used, and the tables are without it: the file is damaged, or of other data. The sweep's own command runs such a trial again.`,
  );
}
