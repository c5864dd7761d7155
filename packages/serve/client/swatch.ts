import { create } from 'd3-selection';
import type { Method } from '../src/protocol.js';

/** A short piece of a method's line. */
export function swatch({ color, dash }: Method): SVGSVGElement {
  const svg = create('svg')
    .attr('class', 'swatch')
    .attr('width', 26)
    .attr('height', 10)
    .attr('aria-hidden', 'true');
  svg
    .append('line')
    .attr('x2', 26)
    .attr('y1', 5)
    .attr('y2', 5)
    .attr('stroke', color)
    .attr('stroke-width', 2.5)
    .attr('stroke-dasharray', dash);
  return svg.node() as SVGSVGElement;
}
