import type { SweepData } from '@bbb/core';
import { warn } from '../io/output.js';

/** Tables without a trial that was done look like others: that has to be said. */
export function warnOfDamage({ damaged = [] }: SweepData, dir: string): void {
  if (damaged.length === 0) return;
  const which = damaged.length === 1 ? 'The result of trial' : 'The results of trials';
  warn(
    `${which} ${damaged.join(', ')} in ${dir} can't be read, and the tables are without it: the file is damaged. The sweep's own command runs such a trial again.`,
  );
}
