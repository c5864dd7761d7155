/** Trials in the queue at once: more than there are threads, but an interrupted sweep should not leave thousands. */
export const CAPACITY = 256;
