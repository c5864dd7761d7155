import {
  BbbError,
  checkSpace,
  parseHyperparameterPath,
  valueAt,
  type Point,
  type HyperparameterPath,
  type Space,
} from '@bbb/core';
import type { MethodEntry, SweepConfig } from '../config/schema.js';
import type { Hyperparameters } from '../plan/grid.js';
import type { NetworkChoice } from '../plan/networks.js';

/** Names of the dimensions that choose an entry of `methods` and a network. */
const METHOD = 'method';
const HIDDEN = 'hidden';
const NETWORK = 'network';

/**
 * All that a search chooses: the space of the configuration, and the method and the network where it lists several.
 * @throws BbbError `E_SEARCH_SPACE`
 */
export function searchSpace(
  { search, methods }: Pick<SweepConfig, 'search' | 'methods'>,
  networks: readonly NetworkChoice[],
): Space {
  const space = search?.space ?? {};
  checkSpace(space);
  for (const path of Object.keys(space)) hyperparameterOf(path, methods);
  return {
    ...(methods.length > 1
      ? { [METHOD]: { kind: 'choice', values: methods.map(({ label }) => label) } }
      : {}),
    ...(networks.length > 1 ? networkDimension(networks) : {}),
    ...space,
  };
}

/** A dimension over the networks; an MLP is named by its widths. */
function networkDimension(networks: readonly NetworkChoice[]): Space {
  return networks.some(({ network }) => network)
    ? { [NETWORK]: { kind: 'choice', values: networks.map(({ name }) => name) } }
    : { [HIDDEN]: { kind: 'choice', values: networks.map(({ hidden }) => hidden) } };
}

/** The choices that a point of the unit cube stands for. */
export interface Chosen {
  readonly entry: MethodEntry;
  readonly network: NetworkChoice;
  /** By path as in a grid: `options.pi`, `training.epochs`. */
  readonly hyperparameters: Hyperparameters;
  /** The point without hyper-parameters of methods that were not chosen. */
  readonly point: Point;
}

export function choose(
  { methods }: Pick<SweepConfig, 'methods'>,
  networks: readonly NetworkChoice[],
  space: Space,
  point: Point,
): Chosen {
  const at = (path: string): unknown => valueAt(space[path]!, point[path]!);
  const entry = space[METHOD] ? methods.find(({ label }) => label === at(METHOD))! : methods[0]!;
  const isOwn = (path: string): boolean => [METHOD, HIDDEN, NETWORK].includes(path);
  const active = Object.keys(point).filter((path) => {
    const label = isOwn(path) ? undefined : hyperparameterOf(path, methods).label;
    return label === undefined || label === entry.label;
  });
  const hyperparameters = active
    .filter((path) => !isOwn(path))
    .map((path): [string, unknown] => [hyperparameterOf(path, methods).rest, at(path)]);
  const isChosen = ({ hidden, name }: NetworkChoice): boolean =>
    space[NETWORK] ? at(NETWORK) === name : space[HIDDEN] ? at(HIDDEN) === hidden : false;
  return {
    entry,
    network: networks.find(isChosen) ?? networks[0]!,
    hyperparameters: Object.fromEntries(hyperparameters),
    point: Object.fromEntries(active.map((path) => [path, point[path]!])),
  };
}

/** The hyper-parameter that a path of the space is for. */
function hyperparameterOf(path: string, methods: readonly MethodEntry[]): HyperparameterPath {
  const labels = methods.map(({ label }) => label);
  const hyperparameter = parseHyperparameterPath(path, labels);
  if (hyperparameter) return hyperparameter;
  throw new BbbError('E_SEARCH_SPACE', `The space has "${path}", which is not an option of a method.`, {
    hint: `Write methods.LABEL.options.NAME or methods.LABEL.training.NAME; labels: ${labels.join(', ')}.`,
  });
}
