import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { STEPS, TRIALS, type Contender } from './contender.js';

const BBB = fileURLToPath(new URL('../../packages/cli/bin/bbb.js', import.meta.url));
const SIZE = `--methods sgd --seeds ${TRIALS} --epochs ${STEPS} --limit 2000 --hidden 32 --prune 0.5`.split(
  ' ',
);

/** Our command line, as users run it. A step is an epoch. */
export const ours: Contender = {
  name: 'bbb',
  command(dir) {
    const how = ['--workers', '1', '--no-config', '--json', '--dir', join(dir, 'sweep')];
    return [process.execPath, BBB, 'sweep', ...SIZE, ...how];
  },
  read(line) {
    const { type } = JSON.parse(line) as { type: string };
    if (type === 'trial-start') return 'start';
    return type === 'epoch' ? 'step' : undefined;
  },
  count(dir) {
    const status = ['sweep', 'status', join(dir, 'sweep'), '--json'];
    const text = execFileSync(process.execPath, [BBB, ...status], { encoding: 'utf8' });
    const { done, failed, running } = (JSON.parse(text) as { counts: Record<string, number> }).counts;
    return { done: done!, failed: failed!, running: running! };
  },
};
