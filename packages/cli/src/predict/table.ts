import type { Answer, ClassAnswer, NumberAnswer, StoredModel } from '@bbb/predict';
import { inColumns } from '../io/columns.js';

export interface NamedAnswer {
  /** The file, with the number of the example if the file has several. */
  readonly source: string;
  readonly answer: Answer;
}

/** Answers as lines for people. */
export function answerTable(answers: readonly NamedAnswer[], { target, calibration }: StoredModel): string[] {
  if (target.kind === 'real') {
    const unit = target.unit === undefined ? '' : `, ${target.unit}`;
    const head = ['', `mean${unit}`, intervalHead(answers), 'epistemic', 'aleatoric'];
    const rows = answers.map(({ source, answer }) => numberRow(source, answer as NumberAnswer));
    return inColumns([head, ...rows], [1, 3, 4]);
  }
  const names = target.names;
  const name = (c: number): string => names?.[c] ?? String(c);
  const sets = calibration?.sets;
  const head = [
    '',
    'class',
    'probability',
    ...(sets ? [`set, ${percent(sets.level)}`] : []),
    'entropy',
    'mutual information',
  ];
  const rows = answers.map(({ source, answer }) =>
    classRow(source, answer as ClassAnswer, name, sets !== undefined),
  );
  const last = head.length - 1;
  return inColumns([head, ...rows], [2, last - 1, last]);
}

function classRow(
  source: string,
  { class: best, probability, set, sure, entropy, mutualInformation }: ClassAnswer,
  name: (c: number) => string,
  withSets: boolean,
): string[] {
  const answer = sure === false ? `not sure (${name(best)}?)` : name(best);
  const shown = set ? `{${set.map(name).join(', ')}}` : '';
  return [
    source,
    answer,
    percent(probability, 1),
    ...(withSets ? [shown] : []),
    entropy.toFixed(3),
    mutualInformation.toFixed(3),
  ];
}

function intervalHead(answers: readonly NamedAnswer[]): string {
  const first = answers[0]?.answer;
  return first?.kind === 'real' ? `interval, ${percent(first.interval.level)}` : 'interval';
}

function numberRow(source: string, { mean, interval, epistemic, aleatoric }: NumberAnswer): string[] {
  const [low, high] = [interval.low, interval.high].map((x) => x.toPrecision(5));
  return [
    source,
    mean.toPrecision(5),
    `${low} to ${high}`,
    epistemic.toPrecision(3),
    aleatoric.toPrecision(3),
  ];
}

function percent(part: number, digits = 0): string {
  return `${(100 * part).toFixed(digits)} %`;
}
