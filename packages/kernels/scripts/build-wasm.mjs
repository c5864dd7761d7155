// Compiles assembly/index.ts into dist/kernels.wasm (strict SIMD) and dist/kernels-relaxed.wasm (fused multiply-add), both of them also
// as kernels-shared*.wasm for a memory that threads share, and
// assembly/predict.ts and numbers.ts into dist/predict-wasm.js and numbers-wasm.js: modules that hold the WebAssembly as text, for Node and
// browsers to load alike.
// Does nothing when the sources are those of the last build, so that tests may call it every time.
// A number of the sources goes into every module and into src/wasm/build.ts, which is committed: JavaScript of a newer commit
// refuses the modules of an older build.
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const stamp = join(dist, 'kernels.hash');

// The same code on a memory that threads share: how a memory is imported is part of a module.
const SHARED = ['--enable', 'threads', '--sharedMemory', '--maximumMemory', '65536'];
const variants = [
  { file: 'kernels.wasm', entry: 'index', flags: [] },
  { file: 'kernels-relaxed.wasm', entry: 'index', flags: ['--enable', 'relaxed-simd'] },
  { file: 'kernels-shared.wasm', entry: 'index', flags: SHARED },
  { file: 'kernels-shared-relaxed.wasm', entry: 'index', flags: ['--enable', 'relaxed-simd', ...SHARED] },
  {
    file: 'predict.wasm',
    entry: 'predict',
    flags: [],
    says: 'WebAssembly of what predictions need, base64.',
  },
  {
    file: 'numbers.wasm',
    entry: 'numbers',
    flags: [],
    says: 'WebAssembly of float64 arithmetic on arrays, base64.',
  },
];
const texts = variants.filter(({ says }) => says);
const numbered = join(root, 'src/wasm/build.ts');

/** Builds when needed. Returns whether anything was built. */
export async function buildWasm() {
  const hash = await hashSources();
  await writeNumber(numberOf(hash));
  if ((await readText(stamp)) === hash && (await allExist())) return false;
  const { main } = await import('assemblyscript/asc');
  await mkdir(dist, { recursive: true });
  for (const variant of variants) await compile(main, variant, numberOf(hash));
  for (const one of texts) await writeText(one, await readFile(join(dist, one.file)));
  await replace(stamp, hash);
  return true;
}

async function compile(asc, { file, entry, flags }, number) {
  const outputs = new Map();
  const { error, stderr } = await asc(
    // prettier-ignore
    [
      `assembly/${entry}.ts`, '--baseDir', root, '--outFile', file, '--optimizeLevel', '3', '--noAssert',
      '--runtime', 'stub', '--importMemory', '--noExportMemory', '--initialMemory', '1',
      '--enable', 'simd', ...flags, '--use', `BUILD=${number}`,
    ],
    {
      writeFile: (name, contents) => void outputs.set(name, contents),
    },
  );
  if (error) throw new Error(`asc could not compile ${file}:\n${stderr.toString()}`, { cause: error });
  const bytes = outputs.get(file);
  checkModule(bytes, file);
  await replace(join(dist, file), bytes);
}

// 31 bits of the hash: what the compiler takes as a constant.
const numberOf = (hash) => parseInt(hash.slice(0, 8), 16) >>> 1;

async function writeNumber(number) {
  const source = `// Written by scripts/build-wasm.mjs. Commit it together with what changed in assembly/.

/** The number of the WebAssembly sources that this JavaScript was written for. */
export const BUILD = ${number};
`;
  if ((await readText(numbered)) !== source) await replace(numbered, source);
}

async function writeText({ entry, says }, bytes) {
  const base64 = Buffer.from(bytes).toString('base64');
  await replace(join(dist, `${entry}-wasm.js`), `export const ${entry}Wasm = '${base64}';\n`);
  await replace(
    join(dist, `${entry}-wasm.d.ts`),
    `/** ${says} */\nexport declare const ${entry}Wasm: string;\n`,
  );
}

// The module lives in tfjs's memory: a data segment would overwrite somebody's tensor.
function checkModule(bytes, file) {
  if (sectionIds(bytes).includes(11)) {
    throw new Error(`${file} has static data. Use no StaticArray, string, class or closure in assembly/.`);
  }
}

function sectionIds(bytes) {
  const ids = [];
  for (let at = 8; at < bytes.length;) {
    ids.push(bytes[at++]);
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      size |= (byte & 127) << shift;
      if (byte < 128) break;
    }
    at += size;
  }
  return ids;
}

async function hashSources() {
  const hash = createHash('sha256');
  const compiler = createRequire(import.meta.url)('assemblyscript/package.json').version;
  hash.update(compiler).update(await readLines(fileURLToPath(import.meta.url)));
  const files = await readdir(join(root, 'assembly'), { recursive: true });
  for (const name of files.filter((file) => file.endsWith('.ts')).sort()) {
    hash.update(name.replaceAll('\\', '/')).update(await readLines(join(root, 'assembly', name)));
  }
  return hash.digest('hex');
}

async function allExist() {
  const files = await readdir(dist).catch(() => []);
  return [...variants.map(({ file }) => file), ...texts.map(({ entry }) => `${entry}-wasm.js`)].every(
    (file) => files.includes(file),
  );
}

// The same number on Windows, where git may write CRLF.
const readLines = async (path) => (await readFile(path, 'utf8')).replaceAll('\r\n', '\n');

const readText = (path) => readFile(path, 'utf8').catch(() => null);

// Through a rename, so that another process never reads half a module.
async function replace(path, contents) {
  const draft = `${path}.${process.pid}`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(draft, contents);
  await rename(draft, path);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  console.error((await buildWasm()) ? 'kernels: built' : 'kernels: up to date');
}
