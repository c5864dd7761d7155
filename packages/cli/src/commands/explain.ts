import { suggest } from '@bbb/core';
import { UsageError } from '../errors/usage.js';
import { CODES } from '../explain/codes.js';
import { print, printJson } from '../io/output.js';

/** `bbb explain CODE`: what an error means, and what helps. Without a code, it lists all codes. */
export async function explain(
  code: string | undefined,
  { json = false }: { readonly json?: boolean },
): Promise<number> {
  const asked = code?.toUpperCase();
  if (asked !== undefined && !Object.hasOwn(CODES, asked)) {
    throw new UsageError(
      `No error of bbb has the code "${code}".`,
      `${suggest(asked, Object.keys(CODES))}bbb explain lists all of them. A plugin may have codes of its own.`,
    );
  }
  const chosen = Object.entries(CODES).filter(([name]) => asked === undefined || name === asked);
  if (json) await printJson(chosen.map(([name, explanation]) => ({ code: name, ...explanation })));
  else if (asked === undefined) await print(list(chosen.map(([name, { means }]) => [name, means])));
  else await print(chosen.map(([name, { means, helps }]) => `${name}\n  ${means}\n  ${helps}\n`).join('\n'));
  return 0;
}

function list(rows: readonly (readonly [code: string, means: string])[]): string {
  const width = Math.max(...rows.map(([code]) => code.length));
  return `${rows.map(([code, means]) => `${code.padEnd(width)}  ${means}`).join('\n')}\n`;
}
