import { plot, type PlotOptions } from '@observablehq/plot';

export type Chart = ReturnType<typeof plot>;

/** A plot without a style sheet of its own: the page's policy allows only the page's style sheet. */
export function chart(label: string, options: PlotOptions): Chart {
  const made = plot({ className: 'plot', ...options });
  for (const style of made.querySelectorAll('style')) style.remove();
  made.setAttribute('role', 'img');
  made.setAttribute('aria-label', label);
  return made;
}

/** Draws now, and again whenever the width of `place` changes. Returns a function that draws. */
export function fitted(place: HTMLElement, drawInto: (width: number) => void): () => void {
  let width = 0;
  const draw = (): void => {
    if (width > 0) drawInto(width);
  };
  new ResizeObserver(([entry]) => {
    const next = Math.floor(entry?.contentRect.width ?? 0);
    if (next === width) return;
    width = next;
    draw();
  }).observe(place);
  return draw;
}

const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

/** Ticks at whole epochs, and not too many. */
export function epochTicks(epochs: number): number[] {
  const every = STEPS.find((step) => epochs / step <= 8) ?? Math.ceil(epochs / 8);
  return Array.from({ length: Math.floor(epochs / every) }, (_, i) => (i + 1) * every);
}
