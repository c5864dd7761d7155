import type { Team } from './team.js';

/** Elements that a kernel takes at a time: parts begin at multiples, as blocks of random words do. */
export const BLOCK = 512;
/** Parts for each thread. There are several, so that a thread that is interrupted can do fewer of them. */
export const PARTS = 3;

/** Whether the work is too short to be shared. */
export const isSmall = (team: Pick<Team, 'count' | 'worth'>, nanoseconds: number): boolean =>
  team.count === 1 || nanoseconds < team.worth;

/** The size of the parts that `total` is cut into: as many as `parts`, or fewer, each a multiple of `unit`. */
export const partSize = (total: number, parts: number, unit = 1): number =>
  Math.ceil(total / Math.max(1, parts) / unit) * unit;
