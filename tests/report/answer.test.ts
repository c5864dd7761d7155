import { plainAnswer, settingsOf, type SweepData } from '@bbb/report';
import { describe, expect, it } from 'vitest';
import { fixtureSweep, noise, unfinished, withAccuracy, type FixtureOptions } from './support/fixture.js';

const answer = (options: FixtureOptions): readonly string[] =>
  plainAnswer(settingsOf(fixtureSweep(options))[0]!).sentences;

/** Sentences about accuracy. */
const spoken = (sentences: readonly string[]): string =>
  sentences.filter((sentence) => /^(Dense|With)/.test(sentence)).join(' ');

const accuracy = (options: FixtureOptions): string => spoken(answer(options));

const two = { labels: ['sgd', 'bbb-mixture'], shares: [0, 0.5, 0.9] };

describe('plain answer', () => {
  it('calls a method better where every seed agrees by a wide margin', () => {
    const text = accuracy({
      ...two,
      seeds: [0, 1, 2, 3],
      accuracy: (label, share, seed) =>
        (label === 'sgd' && share === 0.9 ? 0.3 : 0.98) + 0.001 * noise(label, seed, share),
    });
    expect(text).toMatch(
      /With 90 % of the weights removed, bbb-mixture has 98\.\d\d ± 0\.\d\d %, sgd 30\.\d\d ± 0\.\d\d %\./,
    );
    expect(text).toContain('bbb-mixture is better than sgd.');
    expect(text).not.toContain('sgd is better');
  });

  it('does not, where the difference is within the spread over seeds', () => {
    const text = accuracy({
      ...two,
      seeds: [0, 1, 2, 3],
      accuracy: (label, _share, seed) => 0.95 + 0.01 * noise(label, seed) + (label === 'sgd' ? 0.0005 : 0),
    });
    expect(text).not.toContain('is better than');
    expect(text).toMatch(/The seeds do not separate (sgd from bbb-mixture|bbb-mixture from sgd)\./);
  });

  it('calls nothing better with one seed, however large the difference', () => {
    const sentences = answer({ ...two, seeds: [5], accuracy: (label) => (label === 'sgd' ? 0.2 : 0.99) });
    expect(sentences[0]).toContain('one seed');
    expect(sentences.join(' ')).not.toMatch(/better|separate|confidence|±/);
  });

  it('rarely claims a difference where there is none', () => {
    // Two methods from the same distribution, in 200 sweeps: claims at one of three shares in about 5 % of them.
    const data = fixtureSweep({ ...two, seeds: [0, 1, 2, 3] });
    let state = 1;
    const next = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
    const wrong = Array.from({ length: 200 }, () => {
      const sweep = withAccuracy(data, () => 0.9 + 0.005 * (next() + next() + next() + next()));
      return spoken(plainAnswer(settingsOf(sweep)[0]!).sentences).includes('is better than');
    }).filter(Boolean).length;
    expect(wrong).toBeLessThanOrEqual(20);
  });

  it('finds how far each method can be pruned by the whole interval of its loss', () => {
    const sentence = answer({
      ...two,
      seeds: [0, 1, 2],
      accuracy: (label, share, seed) => {
        if (label === 'sgd') return share === 0.5 ? 0.97 + 0.02 * noise(seed) : 0.98;
        return share === 0.9 ? 0.96 : 0.98;
      },
    }).find((text) => text.startsWith('Of the shares'))!;
    // sgd loses nothing on average at 50 %, but its seeds spread too far to be sure.
    expect(sentence).toContain('with 95 % confidence');
    expect(sentence).toContain('sgd at no share tested');
    expect(sentence).toContain('bbb-mixture up to 50 %');
  });

  it('claims confidence only for methods with several seeds', () => {
    const data = unfinished(
      fixtureSweep({ ...two, seeds: [0, 1, 2], accuracy: () => 0.98 }),
      ({ label, seed }) => label === 'sgd' || seed === 0,
    );
    const sentence = plainAnswer(settingsOf(data)[0]!).sentences.find((text) =>
      text.startsWith('Of the shares'),
    )!;
    expect(sentence).toContain('with 95 % confidence: sgd up to 90 %');
    expect(sentence).toContain('bbb-mixture up to 90 % (one seed, so without that confidence)');
  });

  it('says that only pruned networks were trained on, where they were', () => {
    const data = fixtureSweep({ ...two, seeds: [0, 1] });
    const tuned = {
      ...data,
      results: data.results.map((result) => ({
        ...result,
        trial: { ...result.trial, pruning: { ...result.trial.pruning, finetuneEpochs: 3 } },
        pruning: result.pruning.map((row) => ({ ...row, finetuned: row.share > 0 })),
      })),
    };
    const limits = (sweep: SweepData): string =>
      plainAnswer(settingsOf(sweep)[0]!).sentences.find((text) => text.startsWith('Of the shares'))!;
    expect(limits(tuned)).toMatch(
      /The pruned networks were trained on for 3 more epochs, the dense ones were not: that hides some of what pruning costs\.$/,
    );
    expect(limits(data)).not.toContain('trained on');
  });

  describe('of methods with different seeds', () => {
    const measured: Record<string, readonly number[]> = {
      sgd: [0.9, 0.911, 0.92, 0.99, 0.991, 0.992],
      'bbb-mixture': [0.931, 0.94, 0.951],
    };
    const partly = (values: Record<string, readonly number[]>): readonly string[] => {
      const labels = Object.keys(values);
      const data = fixtureSweep({
        labels,
        seeds: Array.from({ length: 10 }, (_, i) => i),
        shares: [0],
        accuracy: (label, _share, seed) => values[label]![seed] ?? 0,
      });
      const done = unfinished(data, ({ label, seed }) => values[label]![seed] !== undefined);
      return plainAnswer(settingsOf(done)[0]!).sentences;
    };

    it('ranks over the seeds that all have', () => {
      const [dense] = partly(measured);
      // The mean of all of its own seeds is higher with sgd; seed by seed it is lower.
      expect(dense).toMatch(
        /^Dense, over the 3 seeds that all have, bbb-mixture has 94\.07 ± \d\.\d\d %, sgd 91\.03 ± \d\.\d\d %\. bbb-mixture is better than sgd\.$/,
      );
    });

    it('tells a method that is beaten on the seeds that a pair has in common', () => {
      // Seeds 0 and 1, which all have, put sgd first; on ten seeds dropout is better.
      const [dense] = partly({
        sgd: [0.951, 0.9495, ...Array.from({ length: 8 }, (_, i) => 0.94 + i / 10_000)],
        'dropout-0.5': [0.95, 0.95, ...Array.from({ length: 8 }, () => 0.95)],
        'bbb-mixture': [0.9, 0.94],
      });
      expect(dense).toContain('over the 2 seeds that all have, sgd has 95.03');
      expect(dense).toMatch(
        /sgd is worse than dropout-0\.5 on the seeds that both have; the seeds do not separate it from bbb-mixture\.$/,
      );
    });
  });

  it('does not let a method that never learned set the headline', () => {
    const sentences = answer({
      labels: ['sgd', 'dropout-0.9'],
      shares: [0, 0.5, 0.9],
      seeds: [0, 1, 2],
      accuracy: (label, share, seed) =>
        (label === 'sgd' ? (share === 0.9 ? 0.4 : 0.98) : 0.1) + 0.0001 * noise(label, seed, share),
    });
    expect(sentences[0]).toMatch(/^With 50 % of the weights removed, sgd has/);
  });
});
