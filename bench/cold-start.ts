// tsx bench/cold-start.ts [--rounds 31] [--json file]: milliseconds from the start of loading @bbb/predict to the first answer of a
// 784-400-400-10 network with 95 % of its weights removed. Each measurement has its own process. Needs a built checkout.
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL, fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { encodeModel, type StoredModel, type StoredTensors } from '@bbb/predict/format';
import { median } from './contest.js';
import { machine } from './machine.js';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '31' }, json: { type: 'string' } },
});

const WIDTHS = [784, 400, 400, 10];
const REMOVED = 0.95;

/** Numbers in [0, 1). */
const spread = (i: number, salt: number): number => (Math.imul(i + 1, 2654435761 ^ salt) >>> 8) / 2 ** 24;

function modelFile(): Uint8Array {
  const tensors: Record<string, StoredTensors[string]> = {};
  for (const [l, units] of WIDTHS.slice(1).entries()) {
    const shape = [WIDTHS[l]!, units];
    const keep = Uint8Array.from({ length: shape[0]! * units }, (_, i) => (spread(i, l) >= REMOVED ? 1 : 0));
    const mean = Float32Array.from(keep, (kept, i) => kept * (spread(i, l + 50) - 0.5));
    tensors[`layers.${l}.weight`] = { shape, keep, mean };
    tensors[`layers.${l}.bias`] = { shape: [units], mean: Float32Array.from({ length: units }, () => 0.1) };
  }
  const relu = { kind: 'relu' } as const;
  const dense = (units: number) => ({ kind: 'dense', units }) as const;
  const model: StoredModel = {
    inputShape: [28, 28, 1],
    scaling: { kind: 'divide', divisor: 255 },
    target: { kind: 'class', classes: 10 },
    layers: [dense(400), relu, dense(400), relu, dense(10)],
    posterior: { kind: 'point' },
    samples: 0,
  };
  return gzipSync(encodeModel(model, tensors));
}

/** Milliseconds by the clock, with and without the import of the package, and milliseconds of CPU time in all threads. */
interface Times {
  readonly all: number;
  readonly loaded: number;
  readonly cpu: number;
}

/** What a program does. */
const program = (module: string, model: string): string => `
const [began, before] = [performance.now(), process.cpuUsage()];
const { loadPredictor } = await import(${JSON.stringify(module)});
const { readFileSync } = await import('node:fs');
const imported = performance.now();
const predictor = await loadPredictor(readFileSync(${JSON.stringify(model)}));
predictor.predict(new Uint8Array(784).fill(100));
const done = performance.now();
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify({ all: done - began, loaded: done - imported, cpu: (user + system) / 1e3 }));
`;

const dir = await mkdtemp(join(tmpdir(), 'bbb-bench-'));
const [model, script] = [join(dir, 'model.bbb'), join(dir, 'first-answer.mjs')];
await writeFile(model, modelFile());
const entry = fileURLToPath(new URL('../packages/predict/dist/index.js', import.meta.url));
await writeFile(script, program(pathToFileURL(entry).href, model));
const rounds = Array.from({ length: Number(values.rounds) }, () => {
  const { stdout, status } = spawnSync(process.execPath, [script], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`the program ended with ${status}`);
  return JSON.parse(stdout) as Times;
});
await rm(dir, { recursive: true });
const of = (name: keyof Times) => {
  const times = rounds.map((round) => round[name]);
  return { median: median(times), least: Math.min(...times) };
};
const result = { all: of('all'), loaded: of('loaded'), cpu: of('cpu') };
const said = ({ median: middle, least }: { readonly median: number; readonly least: number }): string =>
  `median ${middle.toFixed(1)} ms, least ${least.toFixed(1)} ms`;
console.log(`import, load and first answer: ${said(result.all)}`);
console.log(`load and first answer: ${said(result.loaded)}`);
console.log(`processors, all of it: ${said(result.cpu)}`);
if (values.json) await writeFile(values.json, `${JSON.stringify({ ...machine(), ...result }, null, 2)}\n`);
