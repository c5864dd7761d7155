import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { executorChecks } from '@bbb/contract';
import builtIn from '@bbb/sweep/plugin';

it('threads and processes pass the checks of executors', async () => {
  const file = fileURLToPath(new URL('executors.mjs', import.meta.url));
  const [args, env] = [['--test', '--test-reporter=tap', file], { ...process.env, NODE_OPTIONS: '' }];
  const tap = await new Promise<string>((resolve) => {
    execFile(process.execPath, args, { env }, (_error, stdout, stderr) => resolve(stdout + stderr));
  });
  const promises = executorChecks({ definition: builtIn.executors!['threads']!, folder: () => '' }).length;
  expect(tap).toMatch(/^# fail 0$/m);
  expect(tap).toContain(`# tests ${2 * promises}\n`);
  expect(tap).toContain(`# pass ${2 * promises}\n`);
});
