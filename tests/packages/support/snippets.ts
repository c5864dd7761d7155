import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** A block of TypeScript in a README. */
export interface Snippet {
  /** The name without an ending, e.g. `predict-0`. */
  readonly name: string;
  readonly code: string;
  /** Whether the snippet runs in a page. */
  readonly browser: boolean;
}

/**
 * The snippets of the README at the root and of every package, in an order in which later ones can use the files
 * of earlier ones.
 */
export function snippets(): Snippet[] {
  const folders = readdirSync(join(ROOT, 'packages')).map((name) => [name, join(ROOT, 'packages', name)]);
  const found = [['readme', ROOT], ...folders].flatMap(([name, folder]) =>
    Array.from(
      readFileSync(join(folder!, 'README.md'), 'utf8').matchAll(/```ts\n([\s\S]*?)```/g),
      ([, code], index) => ({
        name: `${name}-${index}`,
        code: code!,
        browser: /\bdocument\b/.test(code!),
      }),
    ),
  );
  // The snippet of @bbb/sweep makes the runs/quick that the snippets of report and serve read.
  return found.toSorted((a, b) => rank(a) - rank(b));
}

function rank({ name }: Snippet): number {
  return name.startsWith('sweep-0') ? 0 : 1;
}

/** The code without types, as an ES module. */
export function asModule(code: string): string {
  return transformSync(code, { loader: 'ts', format: 'esm', target: 'es2022' }).code;
}

/**
 * The code as CommonJS: every import becomes a `require`, and the rest is in an async function, as a user would
 * write it.
 */
export function asCommonJs(code: string): string {
  const requires: string[] = [];
  const body = asModule(code).replace(
    /^import\s+(?:(\w+)\s*,?\s*)?(?:\*\s*as\s+(\w+)\s*)?(?:\{([^}]*)\}\s*)?from\s+"([^"]+)";?$/gm,
    (_, byDefault: string | undefined, all: string | undefined, named: string | undefined, from: string) => {
      const names = [
        ...(byDefault ? [`default: ${byDefault}`] : []),
        ...(named ?? '')
          .split(',')
          .map((name) => name.trim().replace(/\s+as\s+/, ': '))
          .filter((name) => name !== ''),
      ];
      const target = all ?? `{ ${names.join(', ')} }`;
      requires.push(`const ${target} = require(${JSON.stringify(from)});`);
      return '';
    },
  );
  const located = body.replaceAll(
    'import.meta.resolve(',
    "((name) => require('node:url').pathToFileURL(require.resolve(name)).href)(",
  );
  return `${requires.join('\n')}\n(async () => {\n${located}\n})();\n`;
}
