import type { SweepEvent } from '@bbb/core';
import { nameOf } from './lines.js';

/** What deserves a line that stays; undefined for the rest. */
export function noteOf(event: SweepEvent): string | undefined {
  switch (event.type) {
    case 'warning': {
      const message = event.id === undefined ? event.message : `trial ${event.id}: ${event.message}`;
      // Codes of news that are not bad begin with I_.
      return event.code.startsWith('I_') ? message : `warning: ${message}`;
    }
    case 'trial-failed':
      return `${nameOf(event)} seed ${event.seed} failed (attempt ${event.attempt}, ${event.kind}): ${event.error.message}${nextAfter(event)}`;
    case 'trial-stopped-early':
      return `${nameOf(event)} seed ${event.seed} stopped early, after epoch ${event.epoch}.`;
    case 'stopping':
      return `${event.signal ?? 'Asked to stop'}: stopping at the next checkpoint. Once more stops at once.`;
    default:
      return undefined;
  }
}

/** What happens next, or what to do when nothing does. */
function nextAfter({ willRetry, error }: Extract<SweepEvent, { type: 'trial-failed' }>): string {
  if (willRetry) return ' It is tried again.';
  return error.hint === undefined ? '' : ` ${error.hint}`;
}
