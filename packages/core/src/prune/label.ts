import type { PrunerUse } from '../trial/trial.js';

/**
 * The name of a criterion in results and tables: its label, else the name of the pruner.
 * @param pruner an entry of the pruners of a trial
 */
export function prunerLabel({ label, use }: Pick<PrunerUse, 'label' | 'use'>): string {
  return label ?? use;
}
