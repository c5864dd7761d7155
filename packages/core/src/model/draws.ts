import type { Key } from '@bbb/kernels';
import { BbbError } from '../errors.js';
import { fold } from '@bbb/base';
import type { Draw, MemberDraw } from './model.js';

/**
 * Draws that are keys: most models use this for {@link Model.draws}.
 * @param count number of draws
 * @param key the same key gives the same draws
 */
export function keyedDraws(count: number, key: Key): Key[] {
  return Array.from({ length: count }, (_, s) => fold(key, 'sample', s));
}

/**
 * Whether a draw names a member.
 * @param draw which network
 */
export function isMemberDraw(draw: Draw): draw is MemberDraw {
  return typeof draw === 'object' && 'member' in draw;
}

/**
 * The key of a draw, for a model that is one network.
 * @param draw which network
 * @throws BbbError `E_DRAW` for a draw that names a member
 */
export function keyOf(draw: Key | MemberDraw): Key {
  if (!isMemberDraw(draw)) return draw;
  throw new BbbError(
    'E_DRAW',
    `There is no member ${draw.member} to draw: this model has one network only.`,
    {
      hint: 'Pass a draw that model.draws() returned.',
    },
  );
}
