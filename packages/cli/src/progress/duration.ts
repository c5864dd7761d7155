import prettyMilliseconds from 'pretty-ms';

/** Seconds for people, at least one: `8s`, `3m 20s`, `2h 5m`, `3d 4h`. */
export function formatDuration(seconds: number): string {
  return prettyMilliseconds(Math.max(1, Math.round(seconds)) * 1000, { unitCount: 2 });
}
