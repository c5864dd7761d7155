import { UsageError } from '../errors/usage.js';
import type { SweepFlags } from '../options/kinds.js';

/** Flags of `bbb sweep` that have a meaning for agents. Agents hold out no examples, and are not pruned, stopped early or run on other machines. */
const MEANT = [
  'config',
  'preset',
  'methods',
  'seeds',
  'seedList',
  'hidden',
  'network',
  'networkOption',
  'dataset',
  'dataDir',
  'target',
  'columns',
  'drop',
  'datasetOption',
  'batch',
  'lr',
  'optimizer',
  'set',
  'grid',
  'plugin',
  'dir',
  'dryRun',
  'json',
  'quiet',
] as const satisfies readonly (keyof SweepFlags)[];

/** @throws UsageError for a flag that a preset of agents would ignore */
export function refuseNotMeant(preset: string, flags: SweepFlags): void {
  const known: readonly string[] = MEANT;
  const ignored = Object.keys(flags).find((name) => !known.includes(name));
  if (ignored === undefined) return;
  const option = `--${ignored.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  throw new UsageError(
    `${option} has no effect with the preset "${preset}", in which agents act and learn.`,
    'Leave it out. bbb bandit --help lists the options.',
  );
}
