import { describe, expect, it } from 'vitest';
import { verdictOf } from '../../packages/serve/demo/verdict.js';

describe('the verdict', () => {
  const classes = ['0', '1', '2', '3', '4'];
  const calibrated = { level: 0.9, unusual: 0.5 };
  const sure = { probabilities: [0.02, 0.9, 0.08, 0, 0], set: [1], entropy: 0.3 };

  it('names the only class of its set', () => {
    expect(verdictOf(sure, classes, calibrated)).toMatchObject({ text: '1', unsure: false });
  });

  it('names the few classes of its set', () => {
    const { text, why } = verdictOf({ ...sure, set: [1, 2] }, classes, calibrated);
    expect(text).toBe('1 or 2');
    expect(why).toContain('90 %');
  });

  it('is unsure if an image is unlike all others, or if the set is large', () => {
    for (const seen of [
      { ...sure, entropy: 0.51 },
      { ...sure, set: [0, 1, 2, 3] },
    ])
      expect(verdictOf(seen, classes, calibrated)).toMatchObject({ text: 'I don’t know', unsure: true });
  });

  it('says "perhaps" if no class is probable enough', () => {
    expect(verdictOf({ ...sure, set: [] }, classes, calibrated)).toMatchObject({
      text: 'Perhaps 1',
      unsure: true,
    });
  });

  it('guarantees nothing without a calibration', () => {
    const { probabilities, entropy } = sure;
    expect(verdictOf({ probabilities, entropy }, classes, {})).toMatchObject({ text: '1' });
    expect(verdictOf({ probabilities, entropy }, classes, {}).why).toContain('no promise');
  });
});
