/** The largest float32, (2 - 2^-23) 2^127: the score of what is worth more than any other, since scores are finite. */
export const MOST = (2 - 2 ** -23) * 2 ** 127;
