import { mixedContents, type Reproduction } from '../data/reproduce.js';
import { html, type Content, type Markup } from '../markup/markup.js';

/** The section on how to get the same numbers again. */
export function reproduceHtml(reproduction: Reproduction): Markup {
  const { command, config, trials } = reproduction;
  return html`${command ? html`<pre><code>${command}</code></pre>` : SAVE}
    <dl>
      ${entriesOf(reproduction).map(
        ([term, text]) =>
          html`<dt>${term}</dt>
            <dd>${text}</dd>`,
      )}
    </dl>
    <details>
      <summary>Configuration</summary>
      <pre><code>${JSON.stringify(config, undefined, 2)}</code></pre>
    </details>
    ${trialsHtml(trials)}`;
}

const SAVE = html`<p>Save the configuration below as <code>sweep.json</code> and type:</p>
  <pre><code>bbb sweep --config sweep.json</code></pre>`;

function entriesOf(reproduction: Reproduction): [string, Content][] {
  const { seeds, versions, hardware, numerics, data } = reproduction;
  const strict = numerics.length === 1 && numerics[0] === 'strict';
  return [
    ['Versions', lines(versions)],
    ['Hardware', lines(hardware)],
    [
      'Numerics',
      `${numerics.join(', ')}${strict ? ': the same trial gives the same bytes on every machine, times apart' : ': results may differ in the last digits from machine to machine'}`,
    ],
    ['Seeds', seeds.join(', ')],
    ...Object.entries(data).map(([file, sha256]): [string, Content] => [
      file,
      html`<code>SHA-256 ${sha256}</code>`,
    ]),
    ...mixedContents(reproduction).map(([file, sha256, of]): [string, Content] => [
      file,
      html`<code>SHA-256 ${sha256}</code> (${of})`,
    ]),
  ];
}

function lines(values: readonly string[]): Content {
  if (values.length === 0) return 'none yet';
  return values.map((value, i) => (i === 0 ? value : html`<br />${value}`));
}

function trialsHtml(trials: Reproduction['trials']): Markup {
  const rows = trials.map(
    ({ id, label, variant, seed, checkpointSha256 }) =>
      html`<tr>
        <td class="left">${`${label} ${variant}`.trim()}</td>
        <td>${seed}</td>
        <td class="left"><code>${id}</code></td>
        <td class="left"><code>${checkpointSha256 ?? '–'}</code></td>
      </tr>`,
  );
  return html`<details>
    <summary>Trials and the SHA-256 of their checkpoints</summary>
    <div class="scroll" role="region" aria-label="Trials" tabindex="0">
      <table>
        <thead>
          <tr>
            <th scope="col" class="left">method</th>
            <th scope="col">seed</th>
            <th scope="col" class="left">id</th>
            <th scope="col" class="left">checkpoint</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
  </details>`;
}
