import type { Answer } from '../answer/answer.js';
import { unbroken } from '../answer/words.js';
import { html, type Markup } from '../markup/markup.js';
import { tableHtml } from './table.js';

/** The box at the top: a sentence and a table for each setting, and further findings below. */
export function answerHtml(answers: readonly Answer[]): Markup {
  if (answers.length === 0) {
    return html`<div class="answer" id="answer"><p>No trial has finished yet.</p></div>`;
  }
  const several = answers.length > 1;
  const boxes = answers.map(
    (answer) =>
      html`${several ? html`<h3>${answer.setting}</h3>` : undefined}
        <p class="headline">${unbroken(answer.sentence)}</p>
        ${tableHtml(answer.table)}`,
  );
  return html`<div class="answer" id="answer">${boxes}</div>
    ${furtherHtml(
      answers.filter(({ further }) => further.length > 0),
      several,
    )}`;
}

function furtherHtml(answers: readonly Answer[], several: boolean): Markup | undefined {
  if (answers.length === 0) return undefined;
  const lists = answers.map(
    ({ setting, further }) =>
      html`${several ? html`<h3>${setting}</h3>` : undefined}
        <ul>
          ${further.map((line) => html`<li>${unbroken(line)}</li>`)}
        </ul>`,
  );
  return html`<details>
    <summary>What else the numbers say</summary>
    ${lists}
  </details>`;
}
