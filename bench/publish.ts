// tsx bench/publish.ts results.json ... : writes measured numbers into packages/kernels/README.md and bench/README.md.
import { readFile, writeFile } from 'node:fs/promises';
import type { Entry, Result } from './contest.js';
import { digits, markdown } from './table.js';

interface Run {
  readonly setting: Readonly<Record<string, string | number>>;
  readonly results: readonly Result[];
}

const runs = await Promise.all(
  process.argv.slice(2).map(async (file) => JSON.parse(await readFile(file, 'utf8')) as Run),
);
const results = runs.flatMap((run) => run.results);
const { cpu, node, tfjs, jaxJs, PyTorch: pytorch } = runs[0]!.setting;
const setting = `${cpu}, one thread, Node ${node}, tfjs ${tfjs}, jax-js ${jaxJs}, ${pytorch ? `PyTorch ${pytorch} with OpenBLAS` : 'no PyTorch'}. Medians.`;

const columns: Record<string, readonly string[]> = {
  'tfjs-wasm': ['tfjs-wasm', 'tfjs code, tfjs-wasm', 'tf.randomNormal'],
  ours: ['ours', 'tfjs code, our kernels'],
  'ours, relaxed': ['ours, relaxed'],
  'jax-js': ['jax-js'],
  PyTorch: ['PyTorch'],
  'PyTorch, 128-bit': ['PyTorch, 128-bit'],
};

const find = (result: Result, names: readonly string[]): Entry | undefined =>
  result.entries.find(({ name }) => names.includes(name));

/** How many times faster b is than a. */
function gain(a: Entry | undefined, b: Entry | undefined): string {
  return a && b ? `${digits(a.timesOurs / b.timesOurs)} x` : '';
}

function overview(chosen: readonly Result[]): string {
  const names = Object.keys(columns);
  return markdown([
    ['', 'unit', ...names, 'ours against tfjs-wasm'],
    ...chosen.map((result) => {
      const entries = names.map((name) => find(result, columns[name]!));
      return [
        result.title,
        result.unit,
        ...entries.map((entry) => (entry ? digits(entry.median) : '')),
        gain(entries[0], entries[1]),
      ];
    }),
  ]);
}

/** A step of ordinary tfjs code, on tfjs-wasm's kernels and on ours. */
function dropIn(chosen: readonly Result[]): string {
  return markdown([
    ['the same tfjs code', 'unit', 'tfjs-wasm', 'our kernels', 'faster'],
    ...chosen.map((result) => {
      const before = find(result, ['tfjs code, tfjs-wasm']);
      const after = find(result, ['tfjs code, our kernels']);
      return [result.title, result.unit, digits(before!.median), digits(after!.median), gain(before, after)];
    }),
  ]);
}

/** The same product with zeros to skip and without. */
function skipping(chosen: readonly Result[]): string {
  return markdown([
    ['', 'unit', 'ours', 'ours, relaxed', 'no zeros', 'no zeros, relaxed'],
    ...chosen.map(({ title, unit, entries }) => [
      title,
      unit,
      ...entries.map(({ median }) => digits(median)),
    ]),
  ]);
}

/** Convolutions and pools beside our own product of the same size. */
function imagesTable(chosen: readonly Result[]): string {
  const names = ['ours', 'ours, relaxed', 'our matmul', 'tfjs-wasm', 'PyTorch', 'PyTorch, 128-bit'];
  return markdown([
    ['', 'unit', ...names],
    ...chosen.map((result) => {
      const entries = names.map((name) => find(result, [name]));
      return [result.title, result.unit, ...entries.map((entry) => (entry ? digits(entry.median) : ''))];
    }),
  ]);
}

const images = results.filter(({ title }) =>
  /^(convolution|gradient|max pool|average pool)|LeNet/.test(title),
);
const steps = results.filter((result) => !images.includes(result) && /step|evaluation/.test(result.title));
const sparse = results.filter(({ title }) => title.startsWith('product'));
const kernels = results.filter(
  (result) => ![images, steps, sparse].some((others) => others.includes(result)),
);
// tfjs's own code skips no zeros, so dense inputs would give the same rows again.
const onDigits = steps.filter(({ title }) => title.endsWith('MNIST'));

// Blocks without new measurements are not changed.
if (steps.length + kernels.length + sparse.length > 0) {
  await fill(
    'packages/kernels/README.md',
    'bench',
    [setting, dropIn(onDigits), overview(kernels)].join('\n\n'),
  );
  await fill(
    'bench/README.md',
    'bench',
    [setting, overview(steps), overview(kernels), skipping(sparse)].join('\n\n'),
  );
}
if (images.length > 0)
  await fill('bench/README.md', 'convolution', [setting, imagesTable(images)].join('\n\n'));

/** Replaces the text between `<!-- name -->` and `<!-- /name -->`. */
async function fill(file: string, name: string, text: string): Promise<void> {
  const path = new URL(`../${file}`, import.meta.url);
  const page = await readFile(path, 'utf8');
  const [before, rest] = page.split(`<!-- ${name} -->`);
  const after = rest?.split(`<!-- /${name} -->`)[1];
  if (after === undefined) throw new Error(`${file} has no <!-- ${name} --> ... <!-- /${name} -->`);
  await writeFile(path, `${before}<!-- ${name} -->\n\n${text}\n\n<!-- /${name} -->${after}`);
}
