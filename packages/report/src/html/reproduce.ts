import { mixedContents, type Reproduction } from '../data/reproduce.js';
import { escapeXml } from '../figures/xml.js';

/** The section that says how to get the same numbers again. */
export function reproduceHtml(reproduction: Reproduction): string {
  const { command, config, seeds, versions, hardware, numerics, data, trials } = reproduction;
  const strict = numerics.length === 1 && numerics[0] === 'strict';
  const entries: [string, string][] = [
    ['Versions', versions.map(escapeXml).join('<br>') || 'none yet'],
    ['Hardware', hardware.map(escapeXml).join('<br>') || 'none yet'],
    [
      'Numerics',
      `${escapeXml(numerics.join(', '))}${strict ? ': the same trial gives the same bytes on every machine, times apart' : ': results may differ in the last digits from machine to machine'}`,
    ],
    ['Seeds', seeds.join(', ')],
    ...Object.entries(data).map(([file, sha256]): [string, string] => [
      escapeXml(file),
      `<code>SHA-256 ${escapeXml(sha256)}</code>`,
    ]),
    ...mixedContents(reproduction).map(([file, sha256, of]): [string, string] => [
      escapeXml(file),
      `<code>SHA-256 ${escapeXml(sha256)}</code> (${of})`,
    ]),
  ];
  const rows = trials.map(
    ({ id, label, variant, seed, checkpointSha256 }) =>
      `<tr><td class="left">${escapeXml(`${label} ${variant}`.trim())}</td><td>${seed}</td><td class="left"><code>${id}</code></td>` +
      `<td class="left"><code>${checkpointSha256 ?? '–'}</code></td></tr>`,
  );
  return (
    (command
      ? `<pre><code>${escapeXml(command)}</code></pre>`
      : '<p>Save the configuration below as <code>sweep.json</code> and type:</p><pre><code>bbb sweep --config sweep.json</code></pre>') +
    `<dl>${entries.map(([term, text]) => `<dt>${term}</dt><dd>${text}</dd>`).join('')}</dl>` +
    `<details><summary>Configuration</summary><pre><code>${escapeXml(JSON.stringify(config, undefined, 2))}</code></pre></details>` +
    `<details><summary>Trials and the SHA-256 of their checkpoints</summary><div class="scroll" role="region" aria-label="Trials" tabindex="0"><table><thead><tr>` +
    `<th scope="col" class="left">method</th><th scope="col">seed</th><th scope="col" class="left">id</th><th scope="col" class="left">checkpoint</th></tr></thead><tbody>${rows.join('')}</tbody></table></div></details>`
  );
}
