/**
 * A key of the counter-based generator: two unsigned 32-bit words. Everything random is a pure function of a key and
 * an index, so a draw can be made again later (the backward pass regenerates epsilon) and in any order.
 */
export type Key = readonly [number, number];
