import type { PrunerUse } from '../trial/trial.js';

/** What results and tables call a criterion of a trial: its label, else its name. */
export function prunerLabel({ label, use }: Pick<PrunerUse, 'label' | 'use'>): string {
  return label ?? use;
}
