/** The largest float32: the score of what is worth more than any other, since scores are finite. */
export const MOST = 3.4028234663852886e38;
