import { InvalidArgumentError } from 'commander';
import { axis } from './assignment.js';
import { decimal, percentage } from './number.js';

/** `path=kind:low:high`, as the user typed it. The configuration's schema checks the kind. */
export interface SpaceAxis {
  readonly path: string;
  readonly dimension: Readonly<Record<string, unknown>>;
}

/** `uniform:low:high`, `logUniform:low:high`, `int:low:high` or `choice:a,b,c`. */
export function dimension(text: string): SpaceAxis {
  const [, path, kind, rest] = /^([^=]+)=(\w+):(.+)$/.exec(text.trim()) ?? [];
  if (path === undefined || kind === undefined || rest === undefined) throw malformed();
  if (kind === 'choice') return { path, dimension: { kind, values: axis(`${path}=${rest}`).values } };
  const bounds = rest.split(':').map((bound) => decimal(bound) ?? percentage(bound) ?? Number.NaN);
  if (bounds.length !== 2 || !bounds.every(Number.isFinite)) throw malformed();
  return { path, dimension: { kind, low: bounds[0], high: bounds[1] } };
}

function malformed(): InvalidArgumentError {
  return new InvalidArgumentError(
    'Expected path=kind:low:high with the kind uniform, logUniform or int, or path=choice:a,b,c.',
  );
}
