import { CODE_GROUPS } from '../../packages/cli/src/explain/codes.js';
import { code, escapeMarkdown } from '../plugin-pages/markdown.js';
import { thrownCodes } from './scan.js';

export const ERRORS_BLOCK = 'errors';

/** Every code with its meaning, what helps, and the packages that throw it. */
export function errorTables(): string {
  const thrown = thrownCodes();
  return Object.entries(CODE_GROUPS)
    .map(([title, explanations]) => {
      const rows = Object.entries(explanations).map(([name, { means, helps }]) =>
        [code(name), escapeMarkdown(means), escapeMarkdown(helps), (thrown.get(name) ?? []).join(', ')].join(
          ' | ',
        ),
      );
      return [
        `## ${title}`,
        [
          '| code | what it means | what helps | thrown by |',
          '| --- | --- | --- | --- |',
          ...rows.map((row) => `| ${row} |`),
        ].join('\n'),
      ].join('\n\n');
    })
    .join('\n\n');
}
