import type { SweepEvent } from '@bbb/core';
import { nameOf } from './lines.js';

/** The text of an event that stays on the screen. Undefined for other events. */
export function noteOf(event: SweepEvent): string | undefined {
  switch (event.type) {
    case 'warning': {
      const message = event.id === undefined ? event.message : `trial ${event.id}: ${event.message}`;
      // Codes that begin with I_ are information and no warning.
      return event.code.startsWith('I_') ? message : `warning: ${message}`;
    }
    case 'trial-failed':
      return `${nameOf(event)} seed ${event.seed} failed (attempt ${event.attempt}, ${event.kind}): ${event.error.message}${nextAfter(event)}`;
    case 'trial-stopped-early':
      return `${nameOf(event)} seed ${event.seed} stopped early, after epoch ${event.epoch}.`;
    case 'stopping':
      return `${event.signal ?? 'Asked to stop'}: stopping at the next checkpoint. A second signal stops at once.`;
    default:
      return undefined;
  }
}

/** The next step after a failure, or advice for the user if there is none. */
function nextAfter({ willRetry, error }: Extract<SweepEvent, { type: 'trial-failed' }>): string {
  if (willRetry) return ' It is tried again.';
  return error.hint === undefined ? '' : ` ${error.hint}`;
}
