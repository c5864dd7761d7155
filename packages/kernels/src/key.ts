/**
 * A key of the counter-based generator: two unsigned 32-bit words. Everything random is a pure function of a key and
 * an index, so a draw can be repeated later and in any order: the backward pass computes epsilon again.
 */
export type Key = readonly [number, number];
