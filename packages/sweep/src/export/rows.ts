import {
  dataId,
  headlineOf,
  keptEpoch,
  type Evaluation,
  type PlannedTrial,
  type PruningResult,
  type SweepData,
  type SweepDataset,
  type TrialResult,
  type Use,
} from '@bbb/core';

/** One cell. Absent members and null are both "no value". */
export type Cell = string | number | boolean | null;
export type Row = Readonly<Record<string, Cell>>;

/** Which table: `evaluations` has the pruned networks, `epochs` the training curves. */
export type ExportTable = 'evaluations' | 'epochs';

/**
 * A sweep as one flat table for other programs. `evaluations`: a row for each trial, pruner, share and way to predict; a
 * trial without a result has one row, which says why. `epochs`: a row for each epoch of each finished trial. Fractions in
 * [0, 1], nats, seconds; of a regression, errors are RMSEs in the target's unit, which `unit` names.
 */
export function exportRows(data: SweepData, table: ExportTable): Row[] {
  const results = new Map(data.results.map((result) => [result.id, result]));
  const failed = new Map(data.failed.map((failure) => [failure.id, failure]));
  const stopped = new Set(data.stoppedEarly?.map(({ id }) => id));
  const damaged = new Set(data.damaged);
  return data.plan.flatMap((planned): Row[] => {
    const result = results.get(planned.id);
    if (table === 'epochs') return result ? epochRows(planned, result) : [];
    const failure = failed.get(planned.id);
    const state = result
      ? 'done'
      : failure
        ? failure.kind
        : stopped.has(planned.id)
          ? 'stopped-early'
          : damaged.has(planned.id)
            ? 'damaged'
            : 'missing';
    const trial = {
      ...trialCells(planned, data.datasets?.[0]),
      state,
      failure: failure?.error.message ?? null,
    };
    return result ? evaluationRows(trial, result) : [trial];
  });
}

/** The cells that describe a trial. They are the same in all its rows. */
function trialCells(
  { id, label, variant, configuration, seed, trial }: PlannedTrial,
  dataset: SweepDataset | undefined,
): Row {
  const { optimizer, epochs, batchSize } = trial.training;
  return {
    id,
    label,
    variant,
    configuration,
    seed,
    method: trial.method.use,
    options: JSON.stringify(trial.method.options),
    dataset: dataset?.name ?? trial.data.use,
    dataSha256: dataset?.sha256 ? dataId(dataset.sha256) : null,
    hidden: trial.hidden.join('-'),
    ...useCells('network', trial.network),
    ...useCells('likelihood', trial.likelihood),
    epochs,
    batchSize,
    optimizer: optimizer.kind,
    learningRate: optimizer.learningRate,
  };
}

/** Name and options of a network, likelihood or data set; no cells where the trial names none. */
function useCells(kind: string, use: Use | undefined): Row {
  return use ? { [kind]: use.use, [`${kind}Options`]: JSON.stringify(use.options) } : {};
}

function evaluationRows(trial: Row, result: TrialResult): Row[] {
  const kept = keptEpoch(result.epochs, result.trial.select);
  const { metric, unit } = headlineOf(result);
  const whole: Row = {
    parameters: result.parameters,
    headline: metric,
    // Shown in percent, stored as a fraction.
    unit: unit === '%' ? '' : unit,
    trainNll: kept?.trainNll ?? null,
    validationError: kept?.validationError ?? null,
    validationNll: kept?.validationNll ?? null,
    ...(result.logEvidence === undefined ? {} : { logEvidence: result.logEvidence }),
    seconds: result.environment.seconds,
  };
  return result.pruning.flatMap((network) =>
    network.evaluations.map((evaluation) => ({
      ...trial,
      ...whole,
      ...networkCells(network),
      ...evaluationCells(evaluation),
    })),
  );
}

/** How a network was pruned, and how many weights remain. If the result of an earlier version lacks a member, it has no column. */
function networkCells(network: PruningResult): Row {
  const { pruner, share, suggested, zeros, ranked, finetuned, bytes, paths, compact, validation } = network;
  return {
    pruner,
    share,
    ...(suggested ? { suggested } : {}),
    zeros,
    ranked,
    finetuned,
    ...(validation
      ? { 'pruned.validationError': validation.error, 'pruned.validationNll': validation.nll }
      : {}),
    ...(bytes ? { 'bytes.dense': bytes.dense, 'bytes.sparse': bytes.sparse, 'bytes.gzip': bytes.gzip } : {}),
    ...(paths
      ? {
          activeWeights: paths.active,
          deadUnits: Object.values(paths.deadUnits).reduce((sum, [dead]) => sum + dead, 0),
        }
      : {}),
    ...(compact
      ? {
          'compact.parameters': compact.parameters,
          'compact.flops': compact.flops,
          'compact.bytes.dense': compact.bytes.dense,
          'compact.bytes.gzip': compact.bytes.gzip,
        }
      : {}),
  };
}

/** The results of calibration on held-out examples as flat cells: the temperature and the metrics with it, sets and intervals by score. */
function calibratedCells(calibrated: Evaluation['calibrated']): Row {
  if (!calibrated) return {};
  const { level, temperature, atTemperature, sets = {}, intervals = {} } = calibrated;
  const ofSets = Object.entries(sets).flatMap(([score, { coverage, size }]): [string, Cell][] => [
    [`sets.${score}.coverage`, coverage],
    [`sets.${score}.size`, size],
  ]);
  const ofIntervals = Object.entries(intervals).flatMap(([score, { coverage, width }]): [string, Cell][] => [
    [`intervals.${score}.coverage`, coverage],
    [`intervals.${score}.width`, width ?? null],
  ]);
  return {
    'calibrated.level': level,
    ...(temperature === undefined ? {} : { temperature }),
    ...(atTemperature
      ? { 'atTemperature.nll': atTemperature.nll, 'atTemperature.ece': atTemperature.ece }
      : {}),
    ...Object.fromEntries([...ofSets, ...ofIntervals]),
  };
}

function evaluationCells({ predict, samples, metrics, ood, calibrated }: Evaluation): Row {
  const detection = Object.entries(ood ?? {}).flatMap(([dataset, scores]) =>
    Object.entries(scores).flatMap(([score, values]) =>
      Object.entries(values).map(([name, value]): [string, Cell] => [
        `ood.${dataset}.${score}.${name}`,
        value as number,
      ]),
    ),
  );
  return { predict, samples, ...metrics, ...Object.fromEntries(detection), ...calibratedCells(calibrated) };
}

function epochRows({ id, label, variant, configuration, seed }: PlannedTrial, result: TrialResult): Row[] {
  return result.epochs.map((metrics) => ({ id, label, variant, configuration, seed, ...metrics }));
}

/** Every column of the rows, in the order in which they first appear. */
export function columnsOf(rows: readonly Row[]): string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row)))];
}
