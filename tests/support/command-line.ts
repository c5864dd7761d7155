import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The real command line, built, as users run it. */
export const COMMAND = [
  process.execPath,
  fileURLToPath(new URL('../../packages/cli/bin/bbb.js', import.meta.url)),
] as const;

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Options {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Called with the process when it runs. */
  readonly onStart?: (child: ChildProcess) => void;
  /** Called with all of standard output so far, each time that there is more. */
  readonly onStdout?: (text: string, child: ChildProcess) => void;
}

/** Runs `bbb` with these arguments. */
export function bbb(args: readonly string[], { cwd, env, onStart, onStdout }: Options = {}): Promise<Ended> {
  const [program, ...rest] = COMMAND;
  const { VITEST: _, CI: _ci, ...outside } = process.env;
  const child = spawn(program, [...rest, ...args], {
    cwd,
    env: { ...outside, NODE_OPTIONS: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onStart?.(child);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    onStdout?.(stdout, child);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

/** What `--json` printed, line by line. */
export function eventsOf<Event = { readonly type: string }>({ stdout }: Pick<Ended, 'stdout'>): Event[] {
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Event);
}

/** Options of a sweep that takes about a second. */
export const TINY: readonly string[] = '--limit 300 --validation 300 --hidden 8 --epochs 1 --samples 2'.split(
  ' ',
);
