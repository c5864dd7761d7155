/** The largest float32: the score of what must be kept first, because scores have to be finite. */
export const MOST = 3.4028234663852886e38;
