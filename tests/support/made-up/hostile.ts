/// <reference lib="dom" />
import type { SweepData } from '@bbb/core';
import type { Page } from 'playwright-core';
import { fixtureSweep } from './sweep.js';

/** Texts that run as code wherever they are not escaped: each one sets `alive` in the page, or is an address that does so. */
export const HOSTILE: Readonly<Record<string, string>> = {
  'elements and ends of elements':
    '</title></style></textarea></svg></script><script>globalThis.alive=1</script><img src=x onerror=globalThis.alive=1><svg onload=globalThis.alive=1><iframe srcdoc="<script>parent.alive=1</script>">',
  'ends of attributes':
    '" autofocus onfocus="globalThis.alive=1" x="\' autofocus onfocus=\'globalThis.alive=1\' x=\' ><b onclick=globalThis.alive=1>b</b>',
  addresses: 'javascript:globalThis.alive=1',
  'comments and CDATA':
    '--><!--><![CDATA[<script>globalThis.alive=1</script>]]>&lt;i&gt;<?xml-stylesheet href="javascript:1"?>',
  Markdown:
    '\n\n<script>globalThis.alive=1</script>\n\n[x](javascript:globalThis.alive=1) ![x](javascript:1 "t") <javascript:globalThis.alive=1> | ``` ~~~ `\n```\n# head\n---\n> *a* **b** __c__ ~~d~~ $e$\n[x]: javascript:globalThis.alive=1\n\n[x] https://evil.example/',
};

/** Harmless text of the same length, with the same spaces and line breaks. */
export function harmless(text: string): string {
  return text.replaceAll(/[^\s=-]/g, 'x');
}

/** Strings that decide what is drawn. They are made hostile one at a time, because a hostile one can remove others from the drawing. */
export const STEERING = ['when', 'draw', 'predict', 'bytes', 'pixels', 'kind', 'select', 'use', 'pruner'];

/** Members whose names come from files and plugins. */
const NAMED = new Set([
  'ood',
  'entropy',
  'layers',
  'dataSha256',
  'outOfDistributionSha256',
  'options',
  'config',
]);

/** A copy in which every string is replaced, also the names of free members. */
export function mapStrings(
  value: unknown,
  change: (text: string, member: string) => string,
  member = '',
): unknown {
  if (typeof value === 'string') return change(value, member);
  if (Array.isArray(value)) return value.map((one) => mapStrings(one, change, member));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [
      NAMED.has(member) ? change(key, `name in ${member}`) : key,
      mapStrings(one, change, key),
    ]),
  );
}

/** A sweep that has everything that a report shows: failures, stopped and waiting trials, data that differ. */
export function fullSweep(): SweepData {
  const all = fixtureSweep({
    labels: ['sgd', 'bbb-mixture'],
    seeds: [0, 1],
    shares: [0, 0.9],
    epochs: 2,
    learningRates: [0.001, 0.002],
  });
  const [failed, stopped, missing, ...done] = all.results.toReversed();
  return {
    ...all,
    results: done.map((result, i) => (i === 0 ? { ...result, dataSha256: { train: 'other' } } : result)),
    failed: [
      {
        id: failed!.id,
        kind: 'error',
        attempts: 1,
        error: { name: 'Error', message: 'It broke.', stack: 'at it', hint: 'None.' },
      },
    ],
    stoppedEarly: [{ id: stopped!.id, epoch: 1 }],
    missing: [missing!.id],
    config: { ...all.config, search: { scheduler: { use: 'asha' } }, note: 'a note' },
  };
}

export interface Structure {
  /** Elements with the names of their attributes, and how often they are there. */
  readonly elements: Readonly<Record<string, number>>;
  /** Everything that could run code, or lead to another page. */
  readonly suspects: readonly string[];
  readonly alive: boolean;
}

/** The structure of a document, without its texts. */
export async function structureOf(page: Page): Promise<Structure> {
  return page.evaluate(() => {
    const elements: Record<string, number> = {};
    const suspects: string[] = [];
    // A label decides by its hash whether its line is dashed, and whether its marks are circles or paths.
    const isMark = ({ localName }: Element): boolean => localName === 'circle' || localName === 'path';
    const shape = new Set(['cx', 'cy', 'r', 'd', 'transform']);
    for (const one of document.querySelectorAll('*')) {
      const names = one.getAttributeNames().sort();
      const kept = names.filter((name) => name !== 'stroke-dasharray' && !(isMark(one) && shape.has(name)));
      const key = `${isMark(one) ? 'mark' : one.localName} ${kept.join(' ')}`;
      elements[key] = (elements[key] ?? 0) + 1;
      suspects.push(...names.filter((name) => name.startsWith('on')));
      for (const name of ['href', 'src', 'xlink:href', 'action', 'formaction']) {
        const address = one.getAttribute(name);
        if (address !== null && !/^(#|data:image\/png;base64,|data:,$|\/)/.test(address))
          suspects.push(address);
      }
    }
    return { elements, suspects, alive: 'alive' in globalThis };
  });
}
