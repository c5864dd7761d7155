import { withPercent } from './config-reference/percent.js';
import { configSchema } from './config-reference/schema.js';
import { CONFIG_BLOCK, referenceOf } from './config-reference/page.js';
import { errorTables, ERRORS_BLOCK } from './error-codes/page.js';
import { block, withBlock } from './plugin-pages/blocks.js';
import { pagesOf } from './plugin-pages/pages.js';
import { shipped, shippedRegistry } from './plugin-pages/registry.js';

/** The new text of each file, by its path from the top of the repository, made from its present text. */
export type GeneratedFiles = ReadonlyMap<string, (today: string | undefined) => string>;

/** Every committed file that is generated from the source. */
export function generatedFiles(): GeneratedFiles {
  const schema = configSchema(shippedRegistry());
  return new Map([
    ...[...pagesOf(shipped())].map(([page, renew]) => [`docs/${page}`, renew] as const),
    ['packages/cli/config.schema.json', () => JSON.stringify(withPercent(schema))],
    [
      'docs/configuration.md',
      (today = `# Configuration\n\n${block(CONFIG_BLOCK, '')}\n`) =>
        withBlock(today, CONFIG_BLOCK, referenceOf(schema)),
    ],
    [
      'docs/errors.md',
      (today = `# Errors\n\n${block(ERRORS_BLOCK, '')}\n`) => withBlock(today, ERRORS_BLOCK, errorTables()),
    ],
  ]);
}
