import { percent } from './verdict.js';

const SVG = 'http://www.w3.org/2000/svg';
/** Pixels above a bar, and the height of a bar in pixels. */
const [TOP, HEIGHT] = [3, 12];

/** The table of classes: a mean as a bar, each draw as a dot. */
export interface Bars {
  /**
   * @param mean probabilities by class
   * @param draws probabilities by draw, then by class; empty for a network without draws
   * @param set classes of the set of possible answers
   */
  show(mean: readonly number[], draws: readonly (readonly number[])[], set: readonly number[]): void;
  clear(): void;
}

export function createBars(table: HTMLTableElement, classes: readonly string[]): Bars {
  const rows = classes.map((name) => {
    const row = table.tBodies[0]!.insertRow();
    const head = document.createElement('th');
    head.scope = 'row';
    head.textContent = name;
    row.append(head);
    const chart = row.insertCell();
    const value = row.insertCell();
    value.className = 'value';
    return { row, chart, value };
  });
  const show: Bars['show'] = (mean, draws, set) => {
    rows.forEach(({ row, chart, value }, c) => {
      row.classList.toggle('in', set.includes(c));
      value.textContent = mean.length > 0 ? percent(mean[c]!, 1) : '';
      chart.replaceChildren(
        chartOf(
          mean[c] ?? 0,
          draws.map((draw) => draw[c]!),
        ),
      );
    });
  };
  const clear = (): void => show([], [], []);
  clear();
  return { show, clear };
}

function chartOf(mean: number, draws: readonly number[]): SVGElement {
  const svg = element('svg', { 'aria-hidden': 'true' });
  svg.append(
    element('rect', { class: 'track', x: 0, y: TOP, width: '100%', height: HEIGHT, rx: 3 }),
    element('rect', { class: 'mean', x: 0, y: TOP, width: `${100 * mean}%`, height: HEIGHT, rx: 3 }),
    ...draws.map((p, s) =>
      element('circle', {
        class: 'draw',
        cx: `${100 * p}%`,
        // Draws are placed below each other, so that equal ones do not hide each other.
        cy: TOP + ((s + 0.5) / draws.length) * HEIGHT,
        r: 3,
      }),
    ),
  );
  return svg;
}

function element(name: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}
