import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Contender, Count } from './contender.js';

/** The trial, and the number of its steps after which the process is killed. */
const KILLED = { trial: 3, step: 5 };

export interface Killed extends Count {
  /** Reported steps of both runs together. */
  readonly steps: number;
}

/** Runs the program, kills it with SIGKILL in the third trial, runs the same command again, and reads what is in the folder. */
export async function killInThird(contender: Contender, dir: string): Promise<Killed> {
  const first = await run(contender, dir, true);
  const second = await run(contender, dir, false);
  return { ...contender.count(dir), steps: first + second };
}

/** @returns the number of steps that it reported */
async function run({ name, command, read }: Contender, dir: string, kill: boolean): Promise<number> {
  const [program, ...args] = command(dir);
  const child = spawn(program!, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (text) => (errors += String(text)));
  const ended = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  let steps = 0;
  let trial = 0;
  let step = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    const what = read(line);
    if (what === 'step') [steps, step] = [steps + 1, step + 1];
    if (what === 'start') [trial, step] = [trial + 1, 0];
    if (kill && trial === KILLED.trial && step === KILLED.step) child.kill('SIGKILL');
  }
  const [code, signal] = await ended;
  if (kill ? signal !== 'SIGKILL' : code !== 0)
    throw new Error(`${name} ended with ${code ?? signal}:\n${errors}`);
  return steps;
}
