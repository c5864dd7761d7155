import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Contender } from '../contest.js';

/** A Python process that measures PyTorch. It uses one thread unless the options say otherwise. */
export interface PyTorch {
  readonly label: string;
  readonly version: string;
  contender(task: string, options?: Record<string, unknown>): Contender;
  ask(task: string, options?: Record<string, unknown>): Promise<Answer>;
  stop(): void;
}

export interface Answer {
  readonly seconds?: number;
  readonly values?: readonly number[];
  readonly error?: string;
}

const server = fileURLToPath(new URL('../pytorch/server.py', import.meta.url));

// Environment variables that slow OpenBLAS down or choose other kernels than it would choose for this machine.
const openblas = ['OPENBLAS_CORETYPE', 'OPENBLAS_L2_SIZE'];

/**
 * PyTorch as it is installed: once with OpenBLAS free to choose its kernels, and also with the environment as it is if that restricts
 * OpenBLAS. With `all`, PyTorch chooses the number of threads. `sse` is restricted to vectors of 128 bits, which WebAssembly has, for
 * comparison.
 */
export async function startPyTorch({ threads = 1 }: { threads?: 1 | 'all' } = {}): Promise<PyTorch[]> {
  const python = await findPython();
  if (!python) return [];
  const free = { ...process.env };
  for (const name of openblas) delete free[name];
  if (threads === 'all') return [await start(python, 'PyTorch, its own threads', free, 'all')];
  const peers = [start(python, 'PyTorch', free)];
  if (openblas.some((name) => process.env[name])) peers.push(start(python, 'PyTorch (env)', process.env));
  peers.push(
    start(python, 'PyTorch, 128-bit', {
      ...free,
      OPENBLAS_CORETYPE: 'Nehalem',
      ATEN_CPU_CAPABILITY: 'default',
    }),
  );
  return Promise.all(peers);
}

/** The first interpreter that has torch. The one on the PATH may not be the one for which Debian's package is installed. */
async function findPython(): Promise<string | undefined> {
  for (const python of ['python3', '/usr/bin/python3', 'python']) {
    const code = await new Promise<number | null>((resolve) => {
      const child = spawn(python, ['-c', 'import torch'], { stdio: 'ignore' });
      child.on('error', () => resolve(1)).on('close', resolve);
    });
    if (code === 0) return python;
  }
  return undefined;
}

async function start(
  python: string,
  label: string,
  env: NodeJS.ProcessEnv,
  threads: 1 | 'all' = 1,
): Promise<PyTorch> {
  const limits = threads === 1 ? { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', BBB_THREADS: '1' } : {};
  const child = spawn(python, [server], {
    env: { ...env, ...limits },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const receive = async (): Promise<unknown> => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${label} stopped. Run \`${python} ${server}\` to see why.`);
    return JSON.parse(value);
  };
  const ask = async (task: string, options: Record<string, unknown> = {}): Promise<Answer> => {
    child.stdin.write(`${JSON.stringify({ ...options, task })}\n`);
    const answer = (await receive()) as Answer;
    if (answer.error) throw new Error(`${label}: ${answer.error}`);
    return answer;
  };
  const { version } = (await receive()) as { version: string };
  return {
    label,
    version,
    ask,
    contender: (task, options) => ({
      name: label,
      measure: async (milliseconds) => (await ask(task, { ...options, milliseconds })).seconds!,
    }),
    stop: () => child.stdin.end(),
  };
}
