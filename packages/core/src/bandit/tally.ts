import type { BanditSettings } from './settings.js';

/** The action that is rewarded by the class of the row; the other one, 0, is to pass. */
export const EAT = 1;

/** Notes of regret in a run. */
const NOTES = 200;

/** What an agent missed, ate and passed. Regret is counted in expectation: the luck of poison that does no harm is nobody's merit. */
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
    told: () => ({ rounds, regret, eaten, passed }),
  };
}
