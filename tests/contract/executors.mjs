// executors.test.ts runs this file with Node's own test runner and the built packages, as an author of a plugin would.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { executorChecks } from '@bbb/contract';
import builtIn from '@bbb/sweep/plugin';

const made = [];
const folder = () => {
  made.push(mkdtempSync(join(tmpdir(), 'bbb-contract-')));
  return made.at(-1);
};
after(() => made.forEach((path) => rmSync(path, { recursive: true, force: true })));

for (const [name, definition] of Object.entries(builtIn.executors)) {
  void describe(`the executor ${name}`, () => {
    for (const { name, run } of executorChecks({ definition, folder })) void it(name, run);
  });
}
