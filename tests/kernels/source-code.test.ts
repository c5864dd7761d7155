import { readFile, readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { codeOf } from '../../packages/kernels/scripts/source-code.mjs';

const assembly = new URL('../../packages/kernels/assembly/', import.meta.url);

interface Compiler {
  readonly Parser: new () => {
    parseFile(text: string, path: string, isEntry: boolean): void;
    readonly sources: readonly unknown[];
  };
  readonly ASTBuilder: { build(source: unknown): string };
}

// The path is a string, so that TypeScript does not read the types. They declare the globals of AssemblyScript for all tests, such as an
// `at()` that never returns undefined.
const name: string = 'assemblyscript';
const { ASTBuilder, Parser } = (await import(name)) as Compiler;

/** The syntax tree of a file, printed by the compiler. */
function printed(text: string): string {
  const parser = new Parser();
  parser.parseFile(text, 'file.ts', true);
  return ASTBuilder.build(parser.sources[0]);
}

test('the code of a file has no comments, no blank lines and no spaces at the ends of lines', () => {
  const commented = `
/** What f does. */
// @ts-ignore: decorator
@inline
export function f(x: i32): i32 {   // of x

  /* two
     lines */
  return x /* in the middle */ / 2;
}
`;
  expect(codeOf(commented)).toBe('@inline\nexport function f(x: i32): i32 {\n  return x   / 2;\n}');
});

test('text that looks like a comment in a string or a quotient is code', () => {
  const code = `export { f } from './a//b';\nexport const c = 8 / 2, s = "/* not */";`;
  expect(codeOf(code)).toBe(code);
});

test('a line break inside a comment stays a line break, because it can end a statement', () => {
  expect(codeOf('export const a = 1 /*\n*/ export const b = 2;')).toBe(
    'export const a = 1\n export const b = 2;',
  );
});

test('a change of the code changes the result', () => {
  expect(codeOf('export const a: i32 = 1; // one')).not.toBe(codeOf('export const a: i32 = 2; // one'));
});

test('every file of the kernels means the same without its comments', async () => {
  const files = (await readdir(assembly, { recursive: true })).filter((file) => file.endsWith('.ts'));
  expect(files.length).toBeGreaterThan(50);
  for (const file of files) {
    const text = await readFile(new URL(file.replaceAll('\\', '/'), assembly), 'utf8');
    const code = codeOf(text);
    expect(code, file).not.toMatch(/\/\/|\/\*|\n\n/);
    expect(printed(code), file).toBe(printed(text));
  }
});
