import type { EpochMetrics, SweepCounts, SweepEvent } from '@bbb/core';
import { describe, expect, it } from 'vitest';
import { formatDuration } from '../../packages/cli/src/progress/duration.js';
import { estimateRemaining, trialRemaining } from '../../packages/cli/src/progress/eta.js';
import { progressLines } from '../../packages/cli/src/progress/lines.js';
import { extraRows } from '../../packages/cli/src/progress/live.js';
import { noteOf } from '../../packages/cli/src/progress/notes.js';
import { plainDisplay } from '../../packages/cli/src/progress/plain.js';
import { initialState, reduce } from '../../packages/cli/src/progress/reduce.js';
import { sparkline } from '../../packages/cli/src/progress/sparkline.js';
import type { ProgressState } from '../../packages/cli/src/progress/state.js';
import { stepText, workProgress } from '../../packages/cli/src/progress/work.js';

type Plan = Parameters<typeof initialState>[0];

const EPOCHS = 4;
const plan = (labels: readonly string[]): Plan => ({
  trials: labels.map((label, i) => ({
    id: `t${i}`,
    label,
    variant: '',
    configuration: label,
    seed: i,
    trial: { training: { epochs: EPOCHS } } as Plan['trials'][number]['trial'],
  })),
});
const counts = (total: number): SweepCounts => ({
  stoppedEarly: 0,
  total,
  done: 0,
  kept: 0,
  failed: 0,
  diverged: 0,
  running: 0,
  waiting: total,
});
const begin = (ids: readonly string[], workers = 2): SweepEvent => ({
  type: 'sweep-start',
  dir: '/d',
  workers,
  resumed: false,
  waiting: ids,
  counts: counts(ids.length),
});
const start = (id: string, label: string, resumedEpochs: EpochMetrics[] = []): SweepEvent => ({
  type: 'trial-start',
  id,
  label,
  variant: '',
  seed: 0,
  epochs: EPOCHS,
  attempt: 1,
  resumedEpochs,
});
const metrics = (epoch: number, validationError: number): EpochMetrics => ({
  epoch,
  learningRate: 0.1,
  trainNll: 1 / epoch,
  trainError: 0.1,
  kl: 0,
  loss: 1 / epoch,
  validationError,
  validationNll: 0.1,
  seconds: 1,
});
const epoch = (id: string, at: number, error: number): SweepEvent => ({
  type: 'epoch',
  id,
  metrics: metrics(at, error),
});
const done = (id: string, seconds: number): SweepEvent =>
  ({
    type: 'trial-done',
    id,
    label: 'a',
    variant: '',
    seed: 0,
    seconds,
    // The error of the epoch that was kept, not of the last one.
    result: { trial: { select: 'best' }, epochs: [metrics(1, 0.2), metrics(2, 0.1), metrics(3, 0.15)] },
    counts: counts(1),
  }) as unknown as SweepEvent;
const failed = (id: string, willRetry: boolean): SweepEvent => ({
  type: 'trial-failed',
  id,
  label: 'a',
  variant: '',
  seed: 0,
  attempt: 1,
  kind: 'error',
  error: { name: 'Error', message: 'no' },
  willRetry,
  counts: counts(1),
});

/** The state after these events, each at its time. */
function after(base: Plan, events: readonly (readonly [time: number, event: SweepEvent])[]): ProgressState {
  return events.reduce((state, [time, event]) => reduce(state, event, time), initialState(base, 0));
}

describe('the state', () => {
  it('follows trials from the queue to their end', () => {
    const two = plan(['a', 'a']);
    const ids = ['t0', 't1'];
    const running = after(two, [
      [0, begin(ids)],
      [1, start('t0', 'a')],
      [2, epoch('t0', 1, 0.5)],
    ]);
    expect([...running.waiting.keys()]).toEqual(['t1']);
    expect(running.running.get('t0')).toMatchObject({ epoch: 2, loss: 1, validationErrors: [0.5] });
    const ended = reduce(running, done('t0', 8), 9);
    expect([ended.done, ended.running.size, ended.timings.get('a')]).toEqual([
      1,
      0,
      { seconds: 8, count: 1 },
    ]);
    expect(reduce(running, failed('t0', true), 3).waiting.has('t0')).toBe(true);
    expect(reduce(running, failed('t0', false), 3).failed).toBe(1);
    expect(reduce(running, { type: 'trial-stopped', id: 't0', epoch: 1 }, 3).waiting.has('t0')).toBe(true);
  });

  it('keeps the loss of training while it evaluates', () => {
    const state = after(plan(['a']), [
      [0, begin(['t0'])],
      [0, start('t0', 'a')],
      [1, epoch('t0', 4, 0.5)],
      [2, { type: 'progress', id: 't0', phase: 'evaluate', epoch: 4, epochs: 4, share: 0.5, trainNll: 0 }],
    ]);
    expect(state.running.get('t0')).toMatchObject({ phase: 'evaluate', loss: 0.25, share: 0.5 });
  });

  it('counts the epochs of a resumed trial, and extrapolates its time to a whole trial', () => {
    const state = after(plan(['a', 'a']), [
      [0, begin(['t0', 't1'])],
      [0, start('t0', 'a', [metrics(1, 0.5), metrics(2, 0.4)])],
    ]);
    expect(state.running.get('t0')).toMatchObject({ epoch: 3, validationErrors: [0.5, 0.4] });
    const { seconds } = reduce(state, done('t0', 10), 10).timings.get('a')!;
    expect(seconds).toBeCloseTo(10 / (1 - 2 / 4.5), 9);
  });
});

describe('the time that is left', () => {
  const six = plan(['a', 'a', 'a', 'b', 'b', 'b']);
  const ids = ['t0', 't1', 't2', 't3', 't4', 't5'];

  it('is estimated from the pace of an evaluation while one runs, not from the epochs', () => {
    const evaluating = (share: number): SweepEvent => ({
      type: 'progress',
      id: 't0',
      phase: 'evaluate',
      epoch: EPOCHS,
      epochs: EPOCHS,
      share,
      trainNll: 0,
    });
    // Four epochs took one second, and a tenth of the evaluation took ten seconds.
    const slow = after(plan(['a', 'a']), [
      [0, begin(['t0', 't1'], 1)],
      [0, start('t0', 'a')],
      [1, epoch('t0', EPOCHS, 0.5)],
      [11, evaluating(0.1)],
    ]);
    expect(trialRemaining(slow, slow.running.get('t0')!, 11)?.seconds).toBeCloseTo(90, 9);
    expect(estimateRemaining(slow, 11)?.seconds).toBeGreaterThan(90);
    // The first trial of this kind took as long, so there is an estimate before the evaluation reports progress.
    const next = [
      [101, done('t0', 101)],
      [101, start('t1', 'a')],
      [102, epoch('t1', EPOCHS, 0.5)],
    ] as const;
    const known = next.reduce((state, [at, event]) => reduce(state, event, at), slow);
    expect(trialRemaining(known, known.running.get('t1')!, 102)?.seconds).toBeCloseTo(100, 9);
  });

  it('is unknown until the pace of an evaluation is known', () => {
    const training = after(plan(['a', 'a']), [
      [0, begin(['t0', 't1'], 2)],
      [0, start('t0', 'a')],
      [3, epoch('t0', 3, 0.5)],
    ]);
    const at = (state: ProgressState, now: number) => trialRemaining(state, state.running.get('t0')!, now);
    // One more epoch, and then an evaluation whose duration is unknown.
    expect(at(training, 3)).toEqual({ seconds: 1, atLeast: true });
    const evaluating = reduce(training, epoch('t0', EPOCHS, 0.5), 4);
    for (const now of [4, 5, 60]) {
      expect(at(evaluating, now)).toBeUndefined();
      expect(estimateRemaining(evaluating, now)).toMatchObject({ atLeast: true });
      expect(progressLines(evaluating, now, { columns: 120, rows: 24 }).join('\n')).not.toMatch(/about/);
    }
    // The estimate follows the pace of earlier trials. It disappears once the trial has taken longer than they did.
    const next = [
      [24, done('t0', 24)],
      [24, start('t1', 'a')],
      [28, epoch('t1', EPOCHS, 0.5)],
    ] as const;
    const second = next.reduce((state, [time, event]) => reduce(state, event, time), evaluating);
    const left = (now: number) => trialRemaining(second, second.running.get('t1')!, now);
    expect(left(38)).toEqual({ seconds: 10, atLeast: false });
    expect(left(49)).toBeUndefined();
  });

  it('is unknown at the start', () => {
    expect(estimateRemaining(after(six, [[0, begin(ids)]]), 1)).toBeUndefined();
  });

  it('uses the speed of each label, and divides by the number of workers', () => {
    const state = after(six, [
      [0, begin(ids)],
      [0, start('t0', 'a')],
      [10, done('t0', 10)],
      [10, start('t3', 'b')],
      [40, done('t3', 30)],
    ]);
    expect(estimateRemaining(state, 40)?.seconds).toBeCloseTo((2 * 10 + 2 * 30) / 2, 9);
  });

  it('is never less than the longest trial needs alone', () => {
    const state = after(plan(['b', 'b']), [
      [0, begin(['t0', 't1'], 8)],
      [0, start('t0', 'b')],
      [30, done('t0', 30)],
    ]);
    expect(estimateRemaining(state, 30)?.seconds).toBeCloseTo(30, 9);
  });
});

describe('the lines', () => {
  const state = after(plan(['a', 'a-long-label', 'a']), [
    [0, begin(['t0', 't1', 't2'])],
    [0, start('t0', 'a')],
    [0, start('t1', 'a-long-label')],
    [60, epoch('t0', 1, 0.1)],
    [90, epoch('t0', 2, 0.0234)],
  ]);

  it('show trial, method, seed, epoch, loss, validation error, attempts and time left of running trials, and the total', () => {
    const [head, first, second, total, ...rest] = progressLines(state, 90, { columns: 120, rows: 24 });
    const bar = (full: number): string => '█'.repeat(full) + '░'.repeat(10 - full);
    expect([head, first, second]).toEqual([
      '  trial  method        seed  done        epoch   loss  val. error            try     left',
      `  t0     a                0  ${bar(4)}    3/4  0.500      2.34 %  █▁          1  >1m 30s`,
      `  t1     a-long-label     0  ${bar(0)}    1/4                                 1`,
    ]);
    expect(total).toMatch(/^0\/3 trials, 1m 30s so far, more than \d+m( \d+s)? left$/);
    expect(rest).toEqual([]);
  });

  it('count the time from when the command began, before the data were read', () => {
    const read = after(plan(['a']), [[5, begin(['t0'])]]);
    expect(progressLines(read, 7, { columns: 120, rows: 24 })).toEqual(['0/1 trial, 7s so far']);
  });

  it('show how many threads a trial has, where one has several', () => {
    const progress = { epoch: 3, epochs: EPOCHS, share: 0.5, trainNll: 0.4, threads: 3 };
    const shared = reduce(state, { type: 'progress', id: 't0', phase: 'train', ...progress }, 95);
    const [head, first, second] = progressLines(shared, 95, { columns: 120, rows: 24 });
    expect(head).toMatch(/ threads {2}try /);
    expect(first).toMatch(/ {2}3 +1 /);
    expect(second).toMatch(/1\/4 +1 +1$/);
    // Its share changes at the end of an epoch, and the next progress event reports it.
    const { threads: _, ...alone } = progress;
    const again = reduce(shared, { type: 'progress', id: 't0', phase: 'train', ...alone }, 96);
    expect(progressLines(again, 96, { columns: 120, rows: 24 })[0]).not.toContain('threads');
  });

  it.each([1, 10, 20, 40, 60, 80])('fit into %i columns', (columns) => {
    for (const line of progressLines(state, 90, { columns, rows: 24 })) {
      expect(line.length).toBeLessThan(Math.max(2, columns));
    }
  });

  it('keep the validation error if the bar does not fit', () => {
    const [, line] = progressLines(state, 90, { columns: 60, rows: 24 });
    expect(line).toContain('2.34 %');
    expect(line).not.toContain('█░');
  });

  it.each([1, 2, 3, 4, 5])('fit into %i rows', (rows) => {
    const lines = progressLines(state, 90, { columns: 80, rows });
    expect(lines.length).toBeLessThanOrEqual(Math.max(2, rows));
    expect(lines.at(-1)).toContain('0/3 trials');
  });
});

describe('small parts', () => {
  it('draw a sparkline of the last values', () => {
    expect(sparkline([9, 3, 2, 1], 3)).toBe('█▅▁');
    expect(sparkline([1, 1], 8)).toBe('▁▁');
    expect(sparkline([], 8)).toBe('');
  });

  it('write durations', () => {
    expect([0, 59.4, 59.6, 3599, 3600, 7500, 90_000].map(formatDuration)).toEqual([
      '1s',
      '59s',
      '1m',
      '59m 59s',
      '1h',
      '2h 5m',
      '1d 1h',
    ]);
  });

  it('show an error as the metric of the sweep', () => {
    const rmse = {
      metric: 'rmse',
      label: 'RMSE',
      unit: 'kEUR',
      factor: 1,
      better: 'lower',
      error: 'RMSE',
    } as const;
    const lines: string[] = [];
    let time = 0;
    const display = plainDisplay(
      plan(['a']),
      (line) => lines.push(line),
      () => time,
    );
    const events = [{ ...begin(['t0']), headline: rmse } as SweepEvent, start('t0', 'a')];
    events.forEach((event) => display.onEvent(event));
    time = 20;
    display.onEvent(epoch('t0', 1, 2.9));
    expect(lines).toEqual(['a seed 0, epoch 1/4, loss 1.000, validation RMSE 2.900 kEUR']);

    const last = [...events, epoch('t0', 1, 2.9)].reduce(
      (state, event) => reduce(state, event, 0),
      initialState(plan(['a']), 0),
    );
    const table = progressLines(last, 90, { columns: 120, rows: 24 }).join('\n');
    expect(table).toMatch(/val\. RMSE/);
    expect(table).toContain('2.900 kEUR');
    expect(table).not.toContain('%');
  });

  it('count the rows that lines take in a narrower terminal', () => {
    expect(extraRows(['x'.repeat(80), 'x'.repeat(40), ''], 40)).toBe(1);
    expect(extraRows(['x'.repeat(81)], 40)).toBe(2);
  });

  it('write plain lines for ends, and for epochs at most every ten seconds', () => {
    let time = 0;
    const lines: string[] = [];
    const display = plainDisplay(
      plan(['a']),
      (line) => lines.push(line),
      () => time,
    );
    display.onEvent(begin(['t0']));
    display.onEvent(start('t0', 'a'));
    for (const at of [4, 8, 12]) {
      time = at;
      display.onEvent(epoch('t0', at / 4, 0.1));
    }
    time = 20;
    display.onEvent(epoch('t0', 4, 0.1));
    // A long evaluation must print progress.
    for (const [at, share] of [
      [22, 0.1],
      [28, 0.4],
      [32, 0.6],
    ] as const) {
      time = at;
      display.onEvent({
        type: 'progress',
        id: 't0',
        phase: 'evaluate',
        epoch: 4,
        epochs: 4,
        share,
        trainNll: 0,
      });
    }
    time = 40;
    display.onEvent(done('t0', 40));
    expect(lines).toEqual([
      'a seed 0, epoch 3/4, loss 0.333, validation error 10.00 %',
      'a seed 0, 10 % measured, 0/1 trial, 22s so far, about 18s left',
      'a seed 0, 60 % measured, 0/1 trial, 32s so far, about 8s left',
      'a seed 0 done in 40s, validation error 10.00 %, 1/1 trial, 40s so far',
    ]);
  });
});

it('a warning names the trial that it is about, if there is one', () => {
  const warning = { type: 'warning', code: 'W_DAMAGED', message: 'result.json is damaged' } as const;
  expect(noteOf(warning)).toBe('warning: result.json is damaged');
  expect(noteOf({ ...warning, id: '0123456789abcdef' })).toBe(
    'warning: trial 0123456789abcdef: result.json is damaged',
  );
  expect(noteOf({ ...warning, code: 'I_NEWS' })).toBe('result.json is damaged');
});

it('a failure says what to do next, unless it is tried again', () => {
  const event = failed('t0', false) as SweepEvent & { type: 'trial-failed' };
  const advised = { ...event, error: { ...event.error, message: 'It is NaN.', hint: 'Take less.' } };
  expect(noteOf(advised)).toBe('a seed 0 failed (attempt 1, error): It is NaN. Take less.');
  expect(noteOf({ ...advised, willRetry: true })).toContain('It is NaN. It is tried again.');
  expect(noteOf(event)).toBe('a seed 0 failed (attempt 1, error): no');
});

describe('the steps of a command', () => {
  it('show their share, and after a second the time that is left', () => {
    expect(stepText('measuring')).toBe('measuring ...');
    expect(stepText('measuring', 0.5, 0.5)).toBe('[##########..........] 50 % of measuring');
    expect(stepText('measuring', 0.01, 30)).toBe('[....................] 1 % of measuring');
    expect(stepText('measuring', 0.25, 3)).toBe('[#####...............] 25 % of measuring, about 9s left');
    expect(stepText('measuring', 1, 3)).toBe('[####################] 100 % of measuring');
  });

  it('write a line of a log every ten seconds, and no line for a short command', () => {
    let time = 0;
    const written: string[] = [];
    const stream = { isTTY: false, write: (text: string) => written.push(text) };
    const { step, close } = workProgress(stream as unknown as NodeJS.WriteStream, () => time);
    const onShare = step('measuring');
    for (const [at, share] of [
      [4, 0.2],
      [9.9, 0.4],
      [10, 0.5],
      [12, 0.6],
    ] as const) {
      time = at;
      onShare(share);
    }
    close();
    expect(written).toEqual(['[##########..........] 50 % of measuring, about 10s left\n']);
  });
});
