import type { SweepEvent } from '@bbb/sweep';
import { nameOf } from './lines.js';

/** What deserves a line that stays; undefined for the rest. */
export function noteOf(event: SweepEvent): string | undefined {
  switch (event.type) {
    case 'warning':
      return `warning: ${event.message}`;
    case 'trial-failed':
      return `${nameOf({ label: event.label, variant: '' })} seed ${event.seed} failed (attempt ${event.attempt}, ${event.kind}): ${event.error.message}${event.willRetry ? ' It is tried again.' : ''}`;
    default:
      return undefined;
  }
}
