import { renderTerminal, wrap } from '../tables/render.js';
import type { Answer } from './answer.js';

/** Answers as plain text: the same sentence, table and further findings as at the top of the page. */
export function renderAnswers(
  answers: readonly Answer[],
  { width = 100 }: { readonly width?: number } = {},
): string {
  return answers
    .map(({ setting, sentence, table, further }) => [
      ...wrap(`${setting}: ${sentence}`, width),
      '',
      renderTerminal(table, { width }),
      ...further.flatMap((line) => wrap(`- ${line}`, width)),
    ])
    .map((lines) => lines.join('\n').trimEnd())
    .join('\n\n');
}
