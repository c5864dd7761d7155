import { z } from 'zod';
import { useSchema } from '../plugin/use.js';

/** One who acts: a method of the sweep that the settings come with, and how often it acts by chance instead. */
const agentSchema = z.strictObject({
  name: z.string().min(1).max(40).describe('What tables call it.'),
  method: z.string().min(1).describe('The label of a method of the preset.'),
  epsilon: z.number().min(0).max(1).default(0).describe('Share of rounds in which it acts by chance.'),
});
export type BanditAgent = z.output<typeof agentSchema>;

/**
 * A classification table as a contextual bandit (Blundell et al. 2015, section 5.3): each round shows a row; who eats it is rewarded by
 * its class, who passes gets nothing.
 */
export const banditSchema = z.strictObject({
  agents: z.array(agentSchema).min(1),
  /** Class that is poisonous: its name, or its index. */
  bad: z.union([z.string(), z.int().min(0)]).default(0),
  rounds: z.int().min(1).default(2000),
  /** So many of the last rounds are trained on. */
  buffer: z.int().min(1).default(4096),
  /** Training steps at each update, and rounds from one update to the next. */
  steps: z.int().min(1).default(64),
  every: z.int().min(1).default(1),
  /** Draws of the weights that are averaged before a stochastic method acts. */
  draws: z.int().min(1).default(2),
  rewards: z
    .strictObject({
      good: z.number().default(5),
      bad: z.number().default(-35),
      /** Chance that eating what is poisonous is punished; else it is rewarded like anything else. */
      chance: z.number().min(0).max(1).default(0.5),
    })
    .prefault({}),
  /** Of the rewards, and what outputs are in units of. */
  scale: z.number().positive().default(10),
  likelihood: useSchema,
});
export type BanditSettings = z.output<typeof banditSchema>;
