import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  contentId,
  safeParse,
  writeFileAtomic,
  type BanditAgent,
  type BanditRun,
  type BanditSettings,
  type Trial,
} from '@bbb/core';
import { z } from 'zod';

/** One agent with one seed, whose run is played already or will be. */
export interface BanditJob {
  readonly agent: BanditAgent;
  readonly trial: Trial;
  /** A hash of everything that its run depends on. */
  readonly id: string;
}

const numbers = z.array(z.number());
const counts = z.strictObject({ good: z.int().min(0), bad: z.int().min(0) });
const storedSchema = z.strictObject({
  id: z.string(),
  run: z.strictObject({
    agent: z.string(),
    seed: z.int().min(0),
    rounds: numbers.min(1),
    regret: numbers.min(1),
    eaten: counts,
    passed: counts,
    seconds: z.number(),
  }),
});

/** @param data hash of the table */
export function jobOf(agent: BanditAgent, trial: Trial, settings: BanditSettings, data: string): BanditJob {
  // The other agents do not change the run of this one, so they are not part of its id.
  const { agents: _, ...rules } = settings;
  return { agent, trial, id: contentId([agent, trial, rules, data]) };
}

/** Agents get their names from plugins and configuration files. Only letters, digits and dashes are kept for the path. */
function pathOf(dir: string, { agent, trial, id }: BanditJob): string {
  return join(dir, 'runs', `${agent.name.replaceAll(/[^\w-]+/g, '-')}-${trial.seed}-${id.slice(0, 8)}.json`);
}

/** The stored run of a job. Undefined if it does not exist or the file holds something else. Then the job is played again. */
export async function storedRun(dir: string, job: BanditJob): Promise<BanditRun | undefined> {
  const text = await readFile(pathOf(dir, job), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const parsed = safeParse(storedSchema, parseJson(text));
  return parsed.success && parsed.data.id === job.id ? parsed.data.run : undefined;
}

/** Stores a run in a folder that exists already. The file appears whole or not at all. */
export async function storeRun(dir: string, job: BanditJob, run: BanditRun): Promise<void> {
  await writeFileAtomic(pathOf(dir, job), `${JSON.stringify({ id: job.id, run })}\n`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
