import { z } from 'zod';
import { useSchema } from '../plugin/use.js';

/** An agent: a method of the sweep, and how often it takes a random action. */
const agentSchema = z.strictObject({
  name: z.string().min(1).max(40).describe('What tables call it.'),
  method: z.string().min(1).describe('The label of a method of the preset.'),
  epsilon: z.number().min(0).max(1).default(0).describe('Share of rounds in which it acts by chance.'),
});
export type BanditAgent = z.output<typeof agentSchema>;

/**
 * A classification table as a contextual bandit (Blundell et al. 2015, section 5.3): each round shows a row. An agent that eats it gets a reward by
 * its class; an agent that passes gets nothing.
 */
export const banditSchema = z.strictObject({
  agents: z.array(agentSchema).min(1),
  /** The poisonous class: its name or its index. */
  bad: z.union([z.string(), z.int().min(0)]).default(0),
  rounds: z.int().min(1).default(2000),
  /** Number of the last rounds to train on. */
  buffer: z.int().min(1).default(4096),
  /** Training steps at each update, and rounds from one update to the next. */
  steps: z.int().min(1).default(64),
  every: z.int().min(1).default(1),
  /** Number of draws of the weights that a stochastic method averages before it acts. */
  draws: z.int().min(1).default(2),
  rewards: z
    .strictObject({
      good: z.number().default(5),
      bad: z.number().default(-35),
      /** Chance that eating what is poisonous is punished; else it is rewarded like anything else. */
      chance: z.number().min(0).max(1).default(0.5),
    })
    .prefault({}),
  /** Scale of the rewards, and the unit of the outputs. */
  scale: z.number().positive().default(10),
  likelihood: useSchema,
});
export type BanditSettings = z.output<typeof banditSchema>;
