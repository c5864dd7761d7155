// npm run bench -- [suite ...] [--rounds 9] [--slice 60] [--json file] [--only text]
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { startTfjs } from '@bbb/kernels';
import { hold, type Contest, type Result } from './contest.js';
import { machine } from './machine.js';
import { startPyTorch, type PyTorch } from './peers/pytorch.js';
import { table } from './table.js';

const suites: Record<string, (peers: readonly PyTorch[]) => Promise<Contest[]>> = {
  matmul: async (peers) => (await import('./suites/matmul.js')).matmulSuite(peers),
  convolution: async (peers) => (await import('./suites/convolution.js')).convolutionSuite(peers),
  lenet: async (peers) => (await import('./suites/lenet.js')).lenetSuite(peers),
  elementwise: async (peers) => (await import('./suites/elementwise.js')).elementwiseSuite(peers),
  steps: async (peers) => (await import('./suites/steps.js')).stepsSuite(peers),
  variational: async (peers) => (await import('./suites/variational.js')).variationalSuite(peers),
  methods: async () => (await import('./suites/methods.js')).methodsSuite(),
  laplace: async () => (await import('./suites/laplace.js')).laplaceSuite(),
  pruned: async (peers) => (await import('./suites/pruned.js')).prunedSuite(peers),
  zeros: async () => (await import('./suites/zeros.js')).zerosSuite(),
  normals: async (peers) => (await import('./suites/normals.js')).normalsSuite(peers),
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '9' },
    slice: { type: 'string', default: '60' },
    only: { type: 'string', default: '' },
    json: { type: 'string' },
  },
});
for (const name of positionals) {
  if (!suites[name]) throw new Error(`there is no suite '${name}': one of ${Object.keys(suites).join(', ')}`);
}

await startTfjs();
const peers = await startPyTorch();
const setting = { ...machine(), ...Object.fromEntries(peers.map(({ label, version }) => [label, version])) };
console.error(setting);

const results: Result[] = [];
for (const name of positionals.length > 0 ? positionals : Object.keys(suites)) {
  const contests = await suites[name]!(peers);
  for (const contest of contests.filter(({ title }) => title.includes(values.only))) {
    const result = await hold(contest, Number(values.rounds), Number(values.slice));
    results.push(result);
    console.log(table(result));
  }
}
if (values.json) await writeFile(values.json, `${JSON.stringify({ setting, results }, null, 2)}\n`);
for (const peer of peers) peer.stop();
// jax-js does not end its workers, so the process must be ended.
process.exit(0);
