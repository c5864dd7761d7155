import { answersOf, plainAnswer, settingsOf, type Answer, type Question, type SweepData } from '@bbb/report';
import { describe, expect, it } from 'vitest';
import {
  fixtureSweep,
  noise,
  unfinished,
  withAccuracy,
  withoutValidation,
  type FixtureOptions,
} from '../support/made-up/sweep.js';

const answerOf = (data: SweepData, question?: Question): Answer => answersOf(data, question)[0]!;
const answer = (options: FixtureOptions, question?: Question): Answer =>
  answerOf(fixtureSweep(options), question);

/** The values of a column of the ranking, by method. */
const column = ({ table }: Answer, key: string): Record<string, unknown> => {
  const at = table.columns.findIndex((each) => each.key === key);
  return Object.fromEntries(
    table.rows.map((row) => {
      const [name, cell] = [row[0]!, row[at]!];
      return [name.kind === 'text' ? name.text : '', cell.kind === 'text' ? cell.text : cell];
    }),
  );
};
const verdicts = (of: Answer): Record<string, unknown> => column(of, 'verdict');
const line = ({ further }: Answer, start: string): string =>
  further.find((text) => text.startsWith(start)) ?? '';

const two = { labels: ['sgd', 'bbb-mixture'], shares: [0, 0.5, 0.9] };

describe('the sentence at the top', () => {
  it('calls a method better if every seed agrees by a wide margin, and says by how much', () => {
    const found = answer({
      ...two,
      seeds: [0, 1, 2, 3],
      accuracy: (label, share, seed) =>
        (label === 'sgd' && share === 0.9 ? 0.3 : 0.98) + 0.001 * noise(label, seed, share),
    });
    expect(found.sentence).toMatch(
      /^With 90 % of the weights removed, bbb-mixture reaches a test accuracy of 98\.\d\d % and sgd 30\.\d\d %: bbb-mixture is better by 6\d\.\d\d points \(6\d\.\d\d to 6\d\.\d\d\)\.$/,
    );
    expect(verdicts(found)).toEqual({ 'bbb-mixture': 'better', sgd: 'reference' });
  });

  it('does not if the difference is within the spread over seeds', () => {
    const found = answer({
      ...two,
      seeds: [0, 1, 2, 3],
      accuracy: (label, _share, seed) => 0.95 + 0.01 * noise(label, seed) + (label === 'sgd' ? 0.0005 : 0),
    });
    expect(found.sentence).toMatch(/: 4 seeds do not tell which of the two is better\.$/);
    expect(verdicts(found)['bbb-mixture']).toBe('undecided');
  });

  it('calls nothing better with one seed, even for a large difference', () => {
    const found = answer({ ...two, seeds: [5], accuracy: (label) => (label === 'sgd' ? 0.2 : 0.99) });
    expect(found.sentence).toMatch(/: with one seed each, the difference may be luck\.$/);
    expect(verdicts(found)).toEqual({ 'bbb-mixture': 'untested', sgd: 'reference' });
    expect([found.sentence, ...found.further].join(' ')).not.toMatch(/better|undecided|confidence|±/);
  });

  it('names the reference and the next method if the reference is best', () => {
    const found = answer(
      {
        ...two,
        seeds: [0, 1, 2],
        accuracy: (label, share, seed) =>
          (label === 'sgd' && share > 0 ? 0.4 : 0.97) + 0.001 * noise(label, seed),
      },
      { reference: 'bbb-mixture' },
    );
    expect(found.sentence).toMatch(/bbb-mixture reaches .* and sgd 40\.\d\d %: bbb-mixture is better by/);
    expect(verdicts(found)).toEqual({ 'bbb-mixture': 'reference', sgd: 'worse' });
  });

  it('says of a single method what it keeps', () => {
    const { sentence, table } = answer({ ...two, labels: ['sgd'], accuracy: (_l, s) => (s > 0 ? 0.5 : 0.9) });
    expect(sentence).toBe(
      'With 90 % of the weights removed, sgd reaches a test accuracy of 50.00 %, and 90.00 % with all of them.',
    );
    expect(table.columns.map(({ key }) => key)).toEqual(['method', 'dense', 'value', 'training']);
  });

  it('agrees with its table: five methods at nine sparsities, one difference of 29 points at p = .003', () => {
    const labels = ['sgd', 'a', 'b', 'c', 'd'];
    const shares = [0, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999];
    // Differences of three seeds with mean 28.9 points and sd 2.8: t = 17.9, p = .003.
    const differences = [0.261, 0.289, 0.317];
    const found = answer(
      {
        labels,
        shares,
        seeds: [0, 1, 2],
        accuracy: (label, share, seed) =>
          label === 'd' && share === 0.9
            ? 0.6 + differences[seed]!
            : share === 0.9
              ? 0.6
              : 0.6 + 0.05 * noise(label, share, seed),
      },
      { sparsity: 0.9 },
    );
    expect(found.sentence).toMatch(/d reaches .* sgd 60\.00 %: d is better by 28\.90 points/);
    expect(verdicts(found)['d']).toBe('better');
  });
});

describe('every verdict', () => {
  it('agrees with its interval: better above 0, worse below, undecided around it', () => {
    const labels = ['sgd', 'a', 'b', 'c', 'd'];
    for (let round = 0; round < 60; round++) {
      const found = answerOf(
        fixtureSweep({
          labels,
          shares: [0, 0.9],
          seeds: [0, 1, 2],
          accuracy: (label, share, seed) =>
            0.6 + 0.05 * noise(label, round) + 0.01 * noise(label, share, seed, round),
        }),
      );
      const differences = column(found, 'difference');
      for (const [name, verdict] of Object.entries(verdicts(found))) {
        if (verdict === 'reference') continue;
        const { low, high } = (differences[name] as { estimate: { low: number; high: number } }).estimate;
        expect(verdict).toBe(low > 0 ? 'better' : high < 0 ? 'worse' : 'undecided');
      }
    }
  });

  it('is rarely a claim if nothing is different, for all methods of the table together', () => {
    const labels = ['sgd', 'a', 'b', 'c', 'd'];
    const data = fixtureSweep({ labels, seeds: [0, 1, 2, 3], shares: [0, 0.9] });
    let state = 1;
    const next = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
    const wrong = Array.from({ length: 200 }, () => {
      const sweep = withAccuracy(data, () => 0.9 + 0.005 * (next() + next() + next() + next()));
      const found = Object.values(verdicts(answerOf(sweep, { sparsity: 0.9 })));
      return found.includes('better') || found.includes('worse');
    }).filter(Boolean).length;
    // 5 % of 200 is 10. A binomial number exceeds 20 with a probability of 1 in 1,000.
    expect(wrong).toBeLessThanOrEqual(20);
  });

  it('shows in the table how many comparisons it is corrected for', () => {
    expect(answer({ seeds: [0, 1] }).table.notes.join(' ')).toContain('corrected for 4 comparisons');
    expect(answer({ ...two, seeds: [0, 1] }).table.notes.join(' ')).toContain('one comparison');
    expect(answer({ ...two, seeds: [0] }).table.notes.join(' ')).toContain('Nothing was tested');
  });
});

describe('the sparsity of the answer', () => {
  /** The methods differ most at 90 % on the validation images, but at 50 % on the test images. */
  const options: FixtureOptions = {
    ...two,
    seeds: [0, 1],
    accuracy: (label, share) => (label === 'sgd' && share === 0.5 ? 0.2 : 0.9),
    validationAccuracy: (label, share) => (label === 'sgd' && share === 0.9 ? 0.7 : 0.9),
  };

  it('is the one at which methods differ most on the validation images, independent of the test images', () => {
    const found = answer(options);
    expect(found.sentence).toMatch(/^With 90 % /);
    expect(found.table.notes.join(' ')).toContain('differ most on the validation images');
  });

  it('is near 90 % if they do not differ', () => {
    const found = answer({ ...two, shares: [0, 0.5, 0.9, 0.99], seeds: [0, 1], accuracy: () => 0.9 });
    expect(found.sentence).toMatch(/^With 90 % /);
  });

  it('is the requested one, in the command or in the configuration', () => {
    expect(answer(options, { sparsity: 0.5 }).sentence).toMatch(/^With 50 % /);
    expect(answer(options, { sparsity: 0 }).sentence).toMatch(/^Without pruning, /);
    const data = fixtureSweep(options);
    const named = {
      ...data,
      config: { ...data.config, answer: { sparsity: 0.5, reference: 'bbb-mixture' } },
    };
    expect(answerOf(named).sentence).toMatch(/^With 50 % /);
    expect(verdicts(answerOf(named))['bbb-mixture']).toBe('reference');
    expect(answerOf(named, { sparsity: 0.9 }).sentence).toMatch(/^With 90 % /);
  });

  it('is near 90 % for results of earlier versions, with a sentence about it', () => {
    const shares = [0, 0.5, 0.85, 0.99];
    const found = answerOf(withoutValidation(fixtureSweep({ ...options, shares })));
    expect(found.sentence).toMatch(/^With 85 % /);
    expect(found.table.notes.join(' ')).toContain('do not tell how pruned networks do on validation images');
  });

  it.each([0.1, 0.35])('does not depend on a method that hardly learned: %d', (level) => {
    const found = answer({
      labels: ['sgd', 'dropout-0.9', 'bbb-mixture'],
      shares: [0, 0.5, 0.9],
      seeds: [0, 1, 2],
      accuracy: (label, share) => {
        if (label === 'dropout-0.9') return level;
        return label === 'sgd'
          ? [0.98, 0.95, 0.4][[0, 0.5, 0.9].indexOf(share)]!
          : share === 0.9
            ? 0.9
            : 0.98;
      },
    });
    expect(found.sentence).toMatch(/^With 90 % /);
  });

  it('and the reference are refused if the sweep does not have them', () => {
    expect(() => answer(two, { sparsity: 0.97 })).toThrow(
      expect.objectContaining({ code: 'E_REPORT_SPARSITY', hint: expect.stringContaining('0, 0.5, 0.9') }),
    );
    expect(() => answer(two, { reference: 'bbb-mixtur' })).toThrow(
      expect.objectContaining({
        code: 'E_REPORT_REFERENCE',
        hint: expect.stringContaining('bbb-mixture'),
      }),
    );
  });

  it('is given without a comparison while the reference has no result', () => {
    const data = unfinished(fixtureSweep({ ...two, seeds: [0, 1] }), ({ label }) => label !== 'sgd');
    const found = answerOf(data);
    expect(found.sentence).toMatch(/bbb-mixture reaches/);
    expect(found.further[0]).toBe('The reference sgd has no finished trial to compare with.');
    expect(found.table.columns.map(({ key }) => key)).not.toContain('verdict');
  });
});

describe('how far each method can be pruned', () => {
  const limits = (options: FixtureOptions): string => line(answer(options), 'Pruning costs');

  it('depends on the whole interval of its loss', () => {
    const sentence = limits({
      ...two,
      seeds: [0, 1, 2],
      accuracy: (label, share, seed) => {
        if (label === 'sgd') return share === 0.5 ? 0.97 + 0.02 * noise(seed) : 0.98;
        return share === 0.9 ? 0.96 : 0.98;
      },
    });
    // On average, sgd loses nothing at 50 %, but its seeds differ too much to be sure.
    expect(sentence).toContain('with 95 % confidence');
    expect(sentence).toContain('sgd at no sparsity tested');
    expect(sentence).toContain('bbb-mixture up to 50 %');
  });

  it('claims confidence only for methods with several seeds', () => {
    const data = unfinished(
      fixtureSweep({ ...two, seeds: [0, 1, 2], accuracy: () => 0.98 }),
      ({ label, seed }) => label === 'sgd' || seed === 0,
    );
    const sentence = line(answerOf(data), 'Pruning costs');
    expect(sentence).toContain('with 95 % confidence for each method by itself: sgd up to 90 %');
    expect(sentence).toContain('bbb-mixture up to 90 % (one seed, so without that confidence)');
  });

  it('is not given for a network near chance, in new and old results', () => {
    for (const level of [0.08, 0.0974, 0.1135, 0.15, 0.2]) {
      const data = fixtureSweep({
        ...two,
        seeds: [0, 1, 2],
        accuracy: (label, share, seed) =>
          (label === 'sgd' ? level : 0.97) + 0.0001 * noise(label, share, seed),
      });
      for (const results of [data, withoutValidation(data)]) {
        const { further } = answerOf(results);
        expect(further.join(' ')).toContain('bbb-mixture up to 90 %');
        expect(further.join(' ')).not.toMatch(/sgd (up to|at no)/);
        expect(further.join(' ')).toContain(
          'sgd: too near to chance without pruning, or too uncertain, to tell what pruning costs.',
        );
      }
    }
  });

  it('compares with the most frequent class: 90 % accuracy is chance if 90 % are one class', () => {
    const data = fixtureSweep({ ...two, seeds: [0, 1], accuracy: (label) => (label === 'sgd' ? 0.9 : 0.98) });
    const skewed = { ...data, results: data.results.map((result) => ({ ...result, baseline: 0.9 })) };
    const further = answerOf(skewed).further.join(' ');
    expect(further).toContain('sgd: too near to chance');
    expect(further).toContain('bbb-mixture up to 90 %');
  });

  it('says if only pruned networks were trained further', () => {
    const data = fixtureSweep({ ...two, seeds: [0, 1] });
    const tuned = {
      ...data,
      results: data.results.map((result) => ({
        ...result,
        trial: { ...result.trial, pruning: { ...result.trial.pruning, finetuneEpochs: 3 } },
        pruning: result.pruning.map((row) => ({ ...row, finetuned: row.share > 0 })),
      })),
    };
    expect(line(answerOf(tuned), 'Pruning costs')).toMatch(
      /The pruned networks were trained on for 3 more epochs, the dense ones were not: that hides some of what pruning costs\.$/,
    );
    expect(line(answerOf(data), 'Pruning costs')).not.toContain('trained on');
  });
});

describe('time', () => {
  const labels = ['sgd', 'dropout-0.5', 'bbb-mixture'];
  const times = (options: FixtureOptions): string => line(answer({ ...two, labels, ...options }), 'An epoch');

  it('is tested like accuracy: a ratio with its interval, undecided if it contains 1', () => {
    const text = times({
      seeds: [0, 1, 2, 3],
      seconds: (label, seed) =>
        label === 'sgd'
          ? 2 + 0.1 * noise(seed)
          : label === 'bbb-mixture'
            ? 8 + 0.1 * noise(seed)
            : 2 + 0.4 * (noise(seed, 'd') - 0.5) + 0.05,
    });
    expect(text).toMatch(/^An epoch of sgd took 2\.\d\d s\. As multiples of that time: dropout-0\.5 /);
    expect(text).toMatch(/dropout-0\.5 \d\.\d\d \(0\.\d\d to 1\.\d\d, undecided\)/);
    expect(text).toMatch(/bbb-mixture 3\.9\d \(3\.\d\d to 4\.\d\d\) \(corrected for 2 tests\)\.$/);
  });

  it('of two seeds that differ much has no bound below what a clock can measure', () => {
    const text = times({ seeds: [0, 1], seconds: (label, seed) => (label === 'sgd' ? 2 : 2 + 6 * seed) });
    expect(text).toContain('bbb-mixture 2.00 (under 0.01 to over 100, undecided)');
  });

  it('of one seed is given without a claim', () => {
    const text = times({ seeds: [0], seconds: (label) => (label === 'sgd' ? 1 : 4) });
    expect(text).toContain(
      'bbb-mixture 4.00. One seed each: whether the times differ by more than luck is unknown.',
    );
  });

  it('of different processors is not compared', () => {
    const data = fixtureSweep({ ...two, labels, seeds: [0, 1] });
    const mixed = {
      ...data,
      results: data.results.map((result, i) => ({
        ...result,
        environment: { ...result.environment, cpu: i === 0 ? 'another' : 'one' },
      })),
    };
    expect(answerOf(mixed).further.join(' ')).toContain('ran on different processors');
    expect(line(answerOf(mixed), 'An epoch')).toBe('');
  });
});

describe('of methods with different seeds, the ranking', () => {
  const measured: Record<string, readonly number[]> = {
    sgd: [0.9, 0.911, 0.92, 0.99, 0.991, 0.992],
    'bbb-mixture': [0.931, 0.94, 0.951],
  };
  const partly = (values: Record<string, readonly number[]>, question?: Question): Answer => {
    const labels = Object.keys(values);
    const data = fixtureSweep({
      labels,
      seeds: Array.from({ length: 10 }, (_, i) => i),
      shares: [0],
      accuracy: (label, _share, seed) => values[label]![seed] ?? 0,
    });
    const done = unfinished(data, ({ label, seed }) => values[label]![seed] !== undefined);
    return plainAnswer(settingsOf(done)[0]!, question);
  };

  it('uses the seeds that all methods have', () => {
    const found = partly(measured);
    // sgd has the higher mean over all of its own seeds, but the lower accuracy for each common seed.
    expect(found.sentence).toMatch(
      /^Without pruning, bbb-mixture reaches a test accuracy of 94\.07 % and sgd 91\.03 %: bbb-mixture is better by 3\.03 points/,
    );
    expect(found.table.notes.join(' ')).toContain('over the 3 seeds that all methods have');
  });

  it('shows a method as worse on the seeds that a pair has in common', () => {
    // On seeds 0 and 1, which all methods have, sgd is first. On ten seeds dropout is better.
    const found = partly({
      sgd: [0.951, 0.9495, ...Array.from({ length: 8 }, (_, i) => 0.94 + i / 10_000)],
      'dropout-0.5': [0.95, 0.95, ...Array.from({ length: 8 }, () => 0.95)],
      'bbb-mixture': [0.9, 0.94],
    });
    expect(found.sentence).toMatch(
      /sgd reaches .* 95\.03 % and dropout-0\.5 95\.00 %: but on the 10 seeds that both have, dropout-0\.5 is better by/,
    );
    expect(verdicts(found)).toMatchObject({ 'dropout-0.5': 'better', 'bbb-mixture': 'undecided' });
  });
});

describe('the row of each method', () => {
  it('shows its training: the optimiser, and the recipe of a label', () => {
    const data = fixtureSweep({ labels: ['sgd', 'dropout-0.5'], seeds: [0] });
    const renamed = {
      ...data,
      results: data.results.map((result) => ({
        ...result,
        trial: {
          ...result.trial,
          method: { use: 'dropout', options: { p: 0.01, pInput: 0.02, initialiser: { kind: 'fan-in' } } },
        },
      })),
    };
    expect(column(answerOf(data), 'training')).toEqual({
      sgd: 'Adam 0.001',
      'dropout-0.5': 'dropout p=0.5; Adam 0.001',
    });
    expect(column(answerOf(renamed), 'training')['sgd']).toBe('dropout p=0.01 pInput=0.02; Adam 0.001');
  });

  it('shows the method inside another', () => {
    const data = fixtureSweep({ labels: ['sgd'], seeds: [0] });
    const method = { use: 'laplace', options: { layers: 'all', of: { use: 'map-gaussian', options: {} } } };
    const results = data.results.map((result) => ({ ...result, trial: { ...result.trial, method } }));
    expect(column(answerOf({ ...data, results }), 'training')['sgd']).toBe(
      'laplace of map-gaussian; Adam 0.001',
    );
  });

  it('shows the procedure that pruned it', () => {
    const data = fixtureSweep({ labels: ['sgd'], seeds: [0] });
    const results = data.results.map((result) => {
      const procedure = { use: 'gradual', options: { begin: 0, end: 0.5 } };
      return {
        ...result,
        trial: { ...result.trial, pruning: { ...result.trial.pruning, procedure } },
      };
    });
    expect(column(answerOf({ ...data, results }), 'training')['sgd']).toBe('Adam 0.001; pruning gradual');
  });

  it('shows the weight of its KL if that is not 1, and a sentence says that the posterior is cold', () => {
    const data = fixtureSweep({ labels: ['sgd', 'bbb-mixture'], seeds: [0] });
    const tempered = (options: Record<string, unknown>): Answer =>
      answerOf({
        ...data,
        results: data.results.map((result) => {
          const { method } = result.trial;
          const changed = { ...method, options: { ...method.options, ...options } };
          return method.use === 'sgd' ? result : { ...result, trial: { ...result.trial, method: changed } };
        }),
      });
    const plain = tempered({ klWeight: 1 });
    expect(column(plain, 'training')['bbb-mixture']).toBe('Adam 0.001');
    expect(plain.further).toEqual(answerOf(data).further);
    const cold = tempered({ klWeight: 0.1, klWarmUp: 5 });
    expect(column(cold, 'training')).toEqual({
      sgd: 'Adam 0.001',
      'bbb-mixture': 'Adam 0.001; KL x 0.1 (cold); KL warm-up 5 epochs',
    });
    expect(cold.further).toContain(
      "The posterior of bbb-mixture (KL x 0.1) is cold: narrower than Bayes' rule makes it.",
    );
    const wrapped = tempered({ of: { use: 'bbb-mixture', options: { klWeight: 3 } } });
    expect(line(wrapped, 'The posterior')).toContain('(KL x 3) is warm: wider');
  });
});
