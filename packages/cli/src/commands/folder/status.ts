import { datasetsText, errorText, type IndexRow, type MetricSpec } from '@bbb/core';
import { sweepOutlook, sweepStatus, type Outlook, type SweepStatus } from '@bbb/sweep';
import { checkData } from '../../run/check-data.js';
import { inColumns } from '../../io/columns.js';
import { print, printJson } from '../../io/output.js';
import type { StatusFlags } from '../../options/kinds.js';
import { formatDuration } from '../../progress/duration.js';
import { nameOf, trialsText } from '../../progress/lines.js';

/** `bbb sweep status`: the state of every trial of a folder. */
export async function status(dir: string, { json, ...data }: StatusFlags): Promise<number> {
  const seen = await sweepStatus(dir);
  await checkData([dir], data);
  const outlook = await sweepOutlook(dir, seen);
  if (json) {
    const { counts, etaSeconds = null, fromEpochs = null, workers } = outlook;
    await printJson({ dir, counts, workers, etaSeconds, fromEpochs, owner: null, ...seen });
  } else {
    await print(statusText(dir, seen, outlook));
  }
  return 0;
}

export function statusText(dir: string, seen: SweepStatus, outlook: Outlook): string {
  return [
    ...summaryLines(dir, seen, outlook),
    ...inColumns(seen.trials.map((row) => rowCells(row, seen.headline))),
  ].join('\n');
}

/** The number of trials in each state, the time that is left, and the process that runs the sweep. */
export function summaryLines(
  dir: string,
  { datasets, trials, owner, unproposed }: SweepStatus,
  outlook: Outlook,
): string[] {
  const { counts } = outlook;
  const parts = Object.entries(counts)
    .filter(([state, count]) => count > 0 || state === 'done')
    .map(([state, count]) => `${count} ${state}`);
  const open = counts.waiting + counts.running;
  return [
    `${dir}: ${trialsText(trials.length)}: ${parts.join(', ')}${unproposed ? `; ${unproposed} more will be proposed` : ''}`,
    `Data: ${datasetsText(datasets)}.`,
    owner ? `Run by process ${owner.pid} on ${owner.host}.` : 'Nobody is running it.',
    ...(open === 0 ? [] : [`${open} to go, ${timeLeft(outlook)}.`]),
  ];
}

function timeLeft({ etaSeconds, fromEpochs, workers }: Outlook): string {
  if (etaSeconds === undefined) return 'time left: not known before the first epoch is done';
  const time = `${formatDuration(etaSeconds)} left with ${workers} at a time`;
  if (fromEpochs === undefined) return `about ${time}`;
  return `more than ${time}, going by ${fromEpochs === 1 ? 'one epoch' : `${fromEpochs} epochs`}`;
}

function rowCells(row: IndexRow, headline: MetricSpec): string[] {
  const { state, epoch, epochs, phaseShare, validationError, attempts, error } = row;
  const measuring = state === 'running' && epoch >= epochs;
  return [
    `  ${nameOf(row)}`,
    `seed ${row.seed}`,
    state,
    measuring ? `${Math.floor(100 * phaseShare)} % measured` : `epoch ${epoch}/${epochs}`,
    validationError === null ? '' : `val. ${headline.error} ${errorText(headline, validationError)}`,
    attempts > 1 ? `attempt ${attempts}` : '',
    state === 'failed' || state === 'diverged' ? (error ?? '') : '',
  ];
}
