import { byId, elementOf, make, setText } from './dom.js';
import { isFiltered, NO_FILTERS, withMethod, type Filters } from './filters.js';
import { STATES } from './format.js';
import type { State, View } from './state.js';
import { swatch } from './swatch.js';

/** The filters by method (which are also the legend), by words and by state. */
export function createFilterBar(state: State): (view: View) => void {
  const text = elementOf('text', HTMLInputElement);
  const select = elementOf('state', HTMLSelectElement);
  const clear = elementOf('clear', HTMLButtonElement);
  select.append(
    new Option('all', ''),
    ...Object.entries(STATES).map(([value, name]) => new Option(name, value)),
  );
  text.addEventListener('input', () => state.filter((filters) => ({ ...filters, text: text.value })));
  select.addEventListener('change', () =>
    state.filter((filters) => ({ ...filters, state: select.value as Filters['state'] })),
  );
  clear.addEventListener('click', () => {
    text.value = '';
    select.value = '';
    state.filter(() => NO_FILTERS);
  });

  const buttons = new Map<string, HTMLButtonElement>();
  return ({ snapshot: { methods, trials }, filters, visible }) => {
    for (const method of methods) {
      const { label } = method;
      let button = buttons.get(label);
      if (!button) {
        button = make('button', { type: 'button' }, swatch(method), label);
        button.addEventListener('click', () => state.filter((now) => withMethod(now, label)));
        buttons.set(label, button);
        byId('methods').append(button);
      }
      button.setAttribute('aria-pressed', String(filters.methods.has(label)));
    }
    clear.disabled = !isFiltered(filters);
    const all = `${trials.length} ${trials.length === 1 ? 'trial' : 'trials'}`;
    setText('shown', visible.length < trials.length ? `${visible.length} of ${all}` : all);
  };
}
