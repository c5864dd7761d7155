import { renderTerminal, wrap } from '../tables/render.js';
import { unbroken } from './words.js';
import type { Answer } from './answer.js';

/**
 * Answers as plain text: the same sentence, table and further findings as at the top of the page.
 * @param answers what `answersOf` returned
 * @param options `width`: columns of the terminal. Default: 100
 */
export function renderAnswers(
  answers: readonly Answer[],
  { width = 100 }: { readonly width?: number } = {},
): string {
  return answers
    .map(({ setting, sentence, table, further }) => [
      ...lines(`${setting}: ${sentence}`, width),
      '',
      renderTerminal(table, { width }),
      ...further.flatMap((line) => lines(`- ${line}`, width)),
    ])
    .map((parts) => parts.join('\n').trimEnd())
    .join('\n\n');
}

/** Lines that do not part a number from its unit. */
function lines(text: string, width: number): string[] {
  return wrap(unbroken(text), width).map((line) => line.replaceAll('\u00a0', ' '));
}
