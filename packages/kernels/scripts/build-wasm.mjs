// Compiles assembly/ into dist/: index.ts into kernels.wasm (strict SIMD) and kernels-relaxed.wasm (fused multiply-add), and both again as
// kernels-shared*.wasm for a memory that threads share; predict.ts and numbers.ts into predict-wasm.js and numbers-wasm.js, which hold the
// WebAssembly as text, so that Node and browsers load them alike.
// If the code is that of the last build, it does nothing, so tests may call it every time.
// Every module, and src/wasm/build.ts, which is committed, gets a number of the code. With it, JavaScript of a newer commit refuses modules
// of an older build. The number is written nowhere else: no result, checkpoint or trial id has it.
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const stamp = join(dist, 'kernels.hash');

// A module says how it imports its memory, so a memory that threads share needs modules of its own.
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
  const sources = await readSources();
  const text = await hashOf(sources);
  const last = await readStamp();
  // To find comments, the compiler must be loaded (0.4 s). Do that only if the text has changed.
  const code = last.text === text ? last.code : await hashOf(await codeOfEach(sources));
  await writeNumber(numberOf(code));
  if (last.code === code && (await allExist())) {
    if (last.text !== text) await writeStamp(text, code);
    return false;
  }
  const { main } = await import('assemblyscript/asc');
  await mkdir(dist, { recursive: true });
  for (const variant of variants) await compile(main, variant, numberOf(code));
  for (const one of texts) await writeText(one, await readFile(join(dist, one.file)));
  await writeStamp(text, code);
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

// 31 bits of the hash, because the compiler takes an i32 as a constant.
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

// The module shares tfjs's memory, where a data segment would overwrite a tensor.
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

async function readSources() {
  const files = await readdir(join(root, 'assembly'), { recursive: true });
  const names = files.filter((file) => file.endsWith('.ts')).sort();
  return Promise.all(
    names.map(async (name) => ({
      name: name.replaceAll('\\', '/'),
      text: await readLines(join(root, 'assembly', name)),
    })),
  );
}

async function codeOfEach(sources) {
  const { codeOf } = await import('./source-code.mjs');
  return sources.map(({ name, text }) => ({ name, text: codeOf(text) }));
}

// The hash includes this script, because the script has the options of the compiler.
async function hashOf(sources) {
  const hash = createHash('sha256');
  const compiler = createRequire(import.meta.url)('assemblyscript/package.json').version;
  hash.update(compiler).update(await readLines(fileURLToPath(import.meta.url)));
  for (const { name, text } of sources) hash.update(name).update(text);
  return hash.digest('hex');
}

// Two hashes of the last build's sources: of their text and of their code.
async function readStamp() {
  const [text, code] = ((await readText(stamp)) ?? '').split('\n');
  return { text, code };
}

const writeStamp = (text, code) => replace(stamp, `${text}\n${code}`);

async function allExist() {
  const files = await readdir(dist).catch(() => []);
  return [...variants.map(({ file }) => file), ...texts.map(({ entry }) => `${entry}-wasm.js`)].every(
    (file) => files.includes(file),
  );
}

// On Windows git may write CRLF; the number must be the same there.
const readLines = async (path) => (await readFile(path, 'utf8')).replaceAll('\r\n', '\n');

const readText = (path) => readFile(path, 'utf8').catch(() => null);

// Writes through a rename, so that another process never reads half a module.
async function replace(path, contents) {
  const draft = `${path}.${process.pid}`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(draft, contents);
  await rename(draft, path);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  console.error((await buildWasm()) ? 'kernels: built' : 'kernels: up to date');
}
