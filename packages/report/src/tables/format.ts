import type { Estimate } from '../stats/estimate.js';
import { halfWidth } from '../stats/estimate.js';
import type { Cell, Format } from './table.js';

/** A number as text, without its unit. */
export function formatNumber(value: number, format: Format): string {
  if (!Number.isFinite(value)) return String(value);
  switch (format) {
    case 'percent':
      return (value * 100).toFixed(2);
    case 'points':
      return signed((value * 100).toFixed(2));
    case 'share':
      return formatShare(value);
    case 'count':
      return Math.round(value)
        .toString()
        .replaceAll(/\B(?=(\d{3})+$)/g, ' ');
    case 'seconds':
      return value.toFixed(value < 100 ? 1 : 0);
    case 'p':
      return value < 0.0001 ? '<0.0001' : value.toFixed(4);
    default: {
      const fixed = value.toFixed(Number(/\d+$/.exec(format)![0]));
      return format.startsWith('signed') ? signed(fixed) : fixed;
    }
  }
}

/** A share as percent without trailing zeros: 0.75 is "75 %", 0.999 is "99.9 %". */
export function formatShare(share: number): string {
  return `${Number((share * 100).toFixed(4))} %`;
}

/** "97.94 ± 0.21". The half-width of a single seed is unknown and not zero, so the text says that there is one seed. */
export function formatEstimate(value: Estimate, format: Format, oneSeed = '(1 seed)'): string {
  const half = halfWidth(value);
  const unsigned = format === 'points' ? 'percent' : (format.replace('signed', 'fixed') as Format);
  const mean = formatNumber(value.mean, format);
  return half === undefined ? `${mean} ${oneSeed}`.trim() : `${mean} ± ${formatNumber(half, unsigned)}`;
}

/** A cell as text. Empty cells give a dash. */
export function formatCell(cell: Cell, oneSeed?: string): string {
  switch (cell.kind) {
    case 'text':
      return cell.text;
    case 'number':
      return formatNumber(cell.value, cell.format);
    case 'estimate':
      return formatEstimate(cell.estimate, cell.format, oneSeed);
    case 'missing':
      return '–';
  }
}

function signed(text: string): string {
  if (Number(text) === 0) return text.replace('-', '');
  return text.startsWith('-') ? text : `+${text}`;
}
