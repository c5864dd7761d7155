import type { BanditSettings } from './settings.js';

/** The action to eat, whose reward depends on the class of the row. The other action, 0, is to pass. */
export const EAT = 1;

/** Number of times that regret is noted in a run. */
const NOTES = 200;

/** Counts what an agent missed, ate and passed. Regret is the expected one, so luck with harmless poison does not count. */
export function tallyOf({ rounds: total, rewards: { good, bad, chance } }: BanditSettings) {
  const eatingBad = chance * bad + (1 - chance) * good;
  const every = Math.max(1, Math.ceil(total / NOTES));
  const [rounds, regret]: [number[], number[]] = [[], []];
  const eaten = { good: 0, bad: 0 };
  const passed = { good: 0, bad: 0 };
  let missed = 0;
  let round = 0;
  return {
    add(isBad: boolean, action: number): void {
      const expected = isBad ? eatingBad : good;
      missed += Math.max(0, expected) - (action === EAT ? expected : 0);
      (action === EAT ? eaten : passed)[isBad ? 'bad' : 'good']++;
      round++;
      if (round % every !== 0 && round !== total) return;
      rounds.push(round);
      regret.push(missed);
    },
    totals: () => ({ rounds, regret, eaten, passed }),
  };
}
