/** How many trials are in the queue at once: more than hosts have threads, but not thousands, in case the sweep is interrupted. */
export const CAPACITY = 256;
