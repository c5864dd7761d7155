import type { Command, Option } from 'commander';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../packages/cli/src/program.js';
import { assignment, axis } from '../../packages/cli/src/parse/assignment.js';
import { dimension } from '../../packages/cli/src/parse/dimension.js';
import { collect, roles, seeds, shares, text, widths, words } from '../../packages/cli/src/parse/list.js';
import { count, duration, lease, positive, seedCount, share } from '../../packages/cli/src/parse/number.js';

describe('numbers', () => {
  it.each(['abc', '', ' ', '-3', '0', '1e999', 'NaN', 'Infinity', '0x10', '5.5', '5 seeds', '1,2', '--json'])(
    'refuses %j as a count',
    (typed) => expect(() => count(typed)).toThrow('Expected a whole number from 1'),
  );

  it('takes whole numbers in any decimal notation', () => {
    expect([count('5'), count('1e3'), count(' 12 '), count('5.0')]).toEqual([5, 1000, 12, 5]);
  });

  it('keeps rates above zero and shares within [0, 1]', () => {
    expect(positive('1e-3')).toBe(0.001);
    expect(() => positive('0')).toThrow('above 0');
    expect([share('0'), share('1'), share('.5')]).toEqual([0, 1, 0.5]);
    expect(() => share('90')).toThrow('0.9 or 90%');
  });

  const PARTS = [
    ['0.01', 0.01],
    ['1%', 0.01],
    ['1 %', 0.01],
    ['.5', 0.5],
    ['50%', 0.5],
    ['99.9%', 0.999],
    ['1e-3', 0.001],
    ['0.1 %', 0.001],
  ] as const;

  /** Every option whose value is a fraction of a whole. The placeholder in its help finds new ones. */
  function optionsOfParts(command: Command, path = ''): [name: string, option: Option][] {
    const own = command.options
      .filter(({ flags }) => /<(part|error|shares)>/.test(flags))
      .map((option): [string, Option] => [`${path} ${option.long}`.trim(), option]);
    return [
      ...own,
      ...command.commands.flatMap((below) => optionsOfParts(below, `${path} ${below.name()}`.trim())),
    ];
  }
  const ofParts = optionsOfParts(createProgram({ onExit: () => undefined }));

  it('lists the options that take parts of a whole', () => {
    expect(ofParts.map(([name]) => name).toSorted()).toEqual([
      'export --prune',
      'predict --max-risk',
      'prune --share',
      'report --sparsity',
      'report --target-error',
      'sweep --layer-shares',
      'sweep --prune',
      'sweep --test-fraction',
      'train --layer-shares',
      'train --prune',
      'train --test-fraction',
    ]);
  });

  it.each(ofParts)(
    '%s takes percent and fractions as the same, and says so',
    (_, { parseArg, description }) => {
      for (const [typed, fraction] of PARTS)
        expect([parseArg!(typed, undefined)].flat(2), typed).toEqual([fraction]);
      for (const bad of ['%', '1%%', '1 percent', 'one %', '-1%'])
        expect(() => parseArg!(bad, undefined)).toThrow('Expected');
      expect(description).toMatch(/\d%/);
    },
  );

  it.each(PARTS)('takes %s as a value of --set, --grid, --option and --space, too', (typed, fraction) => {
    expect(assignment(`p=${typed}`).value).toBe(fraction);
    expect(axis(`p=${typed},0.7`).values).toEqual([fraction, 0.7]);
    expect(dimension(`p=uniform:${typed}:70%`).dimension).toEqual({
      kind: 'uniform',
      low: fraction,
      high: 0.7,
    });
  });

  it('leaves texts with a percent sign as they are', () => {
    expect([assignment('target=growth %').value, assignment('name=%').value]).toEqual(['growth %', '%']);
  });

  it('an error about a count of seeds mentions the list of seeds', () => {
    expect(() => seedCount('3,7')).toThrow('--seed-list 3,7');
  });

  it('keeps counts of seeds below what a list can have', () => {
    expect(seedCount('1e6')).toBe(1_000_000);
    expect(() => seedCount('1000001')).toThrow('from 1 to 1000000');
  });

  it('keeps leases within what timers can hold', () => {
    expect([lease('1s'), lease('1d')]).toEqual([1, 86_400]);
    for (const typed of ['0.5s', '25d', '1e300d']) expect(() => lease(typed)).toThrow('from 1s to 1d');
  });

  it('reads times with their units', () => {
    expect(['90s', '30m', '2h', '1d', '250ms', '1.5h'].map(duration)).toEqual([
      90, 1800, 7200, 86_400, 0.25, 5400,
    ]);
    for (const typed of ['', '90', 'm', '3x', '-1s', '0'])
      expect(() => duration(typed)).toThrow('such as 90s');
  });
});

describe('lists', () => {
  it('splits at commas and refuses gaps', () => {
    expect(words('a, b')).toEqual(['a', 'b']);
    expect(() => words('a,,b')).toThrow('separated by commas');
    expect(widths('400,400')).toEqual([400, 400]);
    expect(widths('none')).toEqual([]);
    expect(() => widths('400-400-10')).toThrow('Expected commas: 400,400,10.');
    expect(() => widths('400,')).toThrow('whole number');
    expect(shares('0,0.5,98%,99.9 %')).toEqual([0, 0.5, 0.98, 0.999]);
    expect(seeds('3,7,11')).toEqual([3, 7, 11]);
    expect(() => roles('weights')).toThrow('weight, bias');
    expect(() => text(' ')).toThrow('Expected a text');
  });

  it('collects an option that is repeated', () => {
    const add = collect(widths);
    expect(add('800', add('400,400', undefined))).toEqual([[400, 400], [800]]);
  });
});

describe('numbers in every option alike', () => {
  const typed: readonly [text: string, value: number][] = [
    ['.0001', 1e-4],
    ['1e-4', 1e-4],
    ['1E-4', 1e-4],
    ['5.', 5],
    ['+.5', 0.5],
    ['.5e1', 5],
  ];
  it.each(typed)('%s', (text, value) => {
    expect(positive(text)).toBe(value);
    expect(assignment(`a=${text}`).value).toBe(value);
    expect(assignment(`a=[${text}, ${text}]`).value).toEqual([value, value]);
    expect(axis(`a=${text},${text}`).values).toEqual([value, value]);
    expect(axis(`a=[${text}, ${text}]`).values).toEqual([value, value]);
    expect(dimension(`a=uniform:${text}:9`).dimension).toMatchObject({ low: value, high: 9 });
    expect(dimension(`a=choice:${text},x`).dimension).toMatchObject({ values: [value, 'x'] });
  });

  it.each(['0x10', '1_000', '1,5', '٣', 'Infinity', 'NaN', '.', 'e5', '1e'])('%s is not a number', (text) => {
    expect(() => positive(text)).toThrow('Expected a number');
    expect(() => dimension(`a=uniform:${text}:99`)).toThrow('Expected');
    expect(assignment(`a=${text}`).value).toBe(text);
  });

  it('a text that begins like JSON but is not JSON is refused', () => {
    for (const text of ['[1,', '{"a":.5}', '[.5, x]', '"half'])
      expect(() => assignment(`a=${text}`)).toThrow('is not JSON');
    expect(axis('hidden=[400,400],[800]').values).toEqual([[400, 400], [800]]);
    expect(axis('a={"kind":"he"},{"kind":"x"}').values).toEqual([{ kind: 'he' }, { kind: 'x' }]);
    expect(axis('a="x,y","z"').values).toEqual(['x,y', 'z']);
  });
});

describe('assignments', () => {
  it('takes JSON for JSON and everything else for text', () => {
    expect(assignment('a.b=0.5')).toEqual({ path: 'a.b', value: 0.5 });
    expect(assignment('a=blundell')).toEqual({ path: 'a', value: 'blundell' });
    expect(assignment('a={"kind":"he"}')).toEqual({ path: 'a', value: { kind: 'he' } });
    expect(assignment('a=x=y')).toEqual({ path: 'a', value: 'x=y' });
  });

  it.each(['a', '=1', 'a=', 'a=1e999'])('refuses %j', (typed) => expect(() => assignment(typed)).toThrow());

  it('reads an axis from a list or a JSON array', () => {
    expect(axis('options.pi=0.25,0.5').values).toEqual([0.25, 0.5]);
    expect(axis('options.i=[{"kind":"he"},{"kind":"fan-in"}]').values).toHaveLength(2);
    expect(() => axis('options.pi=0.25,')).toThrow('path=a,b,c');
  });
});
