import type { Axis } from '../axes.js';
import { byId, make } from '../dom.js';
import { withRange, type Range } from '../filters.js';
import { plain } from '../format.js';
import type { State, View } from '../state.js';

interface Field {
  readonly node: HTMLElement;
  /** Shows a range that was set elsewhere, e.g. by a brush. */
  readonly show: (range: Range | undefined) => void;
}

/** Fields to set the same ranges as the brushes do. */
export function createRanges(state: State): (view: View) => void {
  const place = byId('range-fields');
  let fields = new Map<string, Field>();
  let made = '';
  return ({ axes, snapshot, filters }) => {
    const choices = axes.map((axis) =>
      axis.kind === 'choice'
        ? [...new Set(snapshot.trials.flatMap((row) => axis.value(row) ?? []))].map(String)
        : [],
    );
    const wanted = JSON.stringify(axes.map(({ key }, i) => [key, choices[i]]));
    if (wanted !== made) {
      made = wanted;
      fields = new Map(
        axes.map((axis, i) => {
          const set = (range: Range | undefined): void =>
            state.filter((now) => withRange(now, axis.key, range));
          return [
            axis.key,
            axis.kind === 'choice' ? choiceField(axis, choices[i]!, set) : numberField(axis, set),
          ];
        }),
      );
      place.replaceChildren(...[...fields.values()].map(({ node }) => node));
    }
    for (const [key, { show }] of fields) show(filters.ranges.get(key));
  };
}

type Set_ = (range: Range | undefined) => void;

function numberField({ label, title }: Axis, set: Set_): Field {
  const input = (name: string): HTMLInputElement =>
    make('input', { type: 'number', step: 'any', ariaLabel: `${title}, ${name}` });
  const [low, high] = [input('at least'), input('at most')];
  const read = (): void => {
    const empty = low.value === '' && high.value === '';
    set(
      empty ? undefined : { kind: 'number', low: numberOf(low, -Infinity), high: numberOf(high, Infinity) },
    );
  };
  for (const field of [low, high]) field.addEventListener('change', read);
  return {
    node: make('fieldset', {}, make('legend', { title }, label), low, ' to ', high),
    show(range) {
      const [least, most] = range?.kind === 'number' ? [range.low, range.high] : [-Infinity, Infinity];
      if (document.activeElement !== low) low.value = text(least);
      if (document.activeElement !== high) high.value = text(most);
    },
  };
}

function choiceField({ label, title }: Axis, values: readonly string[], set: Set_): Field {
  const boxes = values.map((value) => make('input', { type: 'checkbox', value }));
  const read = (): void => {
    const chosen = boxes.filter(({ checked }) => checked).map(({ value }) => value);
    set(chosen.length > 0 ? { kind: 'choice', values: new Set(chosen) } : undefined);
  };
  for (const box of boxes) box.addEventListener('change', read);
  return {
    node: make(
      'fieldset',
      {},
      make('legend', { title }, label),
      ...boxes.map((box) => make('label', {}, box, ` ${box.value}`)),
    ),
    show(range) {
      for (const box of boxes) box.checked = range?.kind === 'choice' && range.values.has(box.value);
    },
  };
}

const numberOf = ({ value, valueAsNumber }: HTMLInputElement, absent: number): number =>
  value === '' ? absent : valueAsNumber;

const text = (value: number): string => (Number.isFinite(value) ? plain(value) : '');
