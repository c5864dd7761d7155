/** A part of the unit cube in which a tree has one value: `low[d] <= x[d] < high[d]` for every dimension. */
export interface Box {
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly value: number;
}

/** The data for trees: points of the unit cube, and the loss at each. */
export interface Sample {
  /** [n][dimensions], each in [0, 1). */
  readonly points: readonly (readonly number[])[];
  /** [n], the loss at each point. */
  readonly losses: readonly number[];
}

interface Cut {
  readonly dimension: number;
  readonly at: number;
  /** Sum of squares around the means of both sides. */
  readonly left: number;
}

/**
 * Grows a regression tree by least squares until every leaf holds one point or equal losses (CART, Breiman et al. 1984).
 * @param rows row numbers of the sample; one may occur twice, because bootstraps repeat rows
 * @returns its leaves, which fill the unit cube
 */
export function growTree(sample: Sample, rows: readonly number[]): Box[] {
  const dimensions = sample.points[0]?.length ?? 0;
  const cube = {
    low: Array.from({ length: dimensions }, () => 0),
    high: Array.from({ length: dimensions }, () => 1),
  };
  return split(sample, rows, cube);
}

function split(sample: Sample, rows: readonly number[], box: Pick<Box, 'low' | 'high'>): Box[] {
  const cut = bestCut(sample, rows);
  if (!cut) return [{ ...box, value: meanOf(sample, rows) }];
  const { dimension, at } = cut;
  const isBelow = (row: number): boolean => sample.points[row]![dimension]! < at;
  return [
    ...split(sample, rows.filter(isBelow), { low: box.low, high: box.high.with(dimension, at) }),
    ...split(
      sample,
      rows.filter((row) => !isBelow(row)),
      { low: box.low.with(dimension, at), high: box.high },
    ),
  ];
}

/** The cut with the smallest sum of squares. Undefined if no cut makes it smaller. */
function bestCut(sample: Sample, rows: readonly number[]): Cut | undefined {
  const all = sumOfSquares(rows.map((row) => sample.losses[row]!));
  const dimensions = sample.points[0]?.length ?? 0;
  let best: Cut | undefined;
  for (let dimension = 0; dimension < dimensions; dimension++) {
    for (const cut of cutsOf(sample, rows, dimension)) if (!best || cut.left < best.left) best = cut;
  }
  // Rounding may give a tiny gain where there is none.
  return best && all - best.left > 1e-12 * all ? best : undefined;
}

/** Every cut half-way between two neighbours. Running sums over the sorted rows make this fast. */
function* cutsOf({ points, losses }: Sample, rows: readonly number[], dimension: number): Generator<Cut> {
  const sorted = rows.toSorted((a, b) => points[a]![dimension]! - points[b]![dimension]!);
  const centre = sorted.reduce((sum, row) => sum + losses[row]!, 0) / Math.max(1, sorted.length);
  const centred = sorted.map((row) => losses[row]! - centre);
  const [total, squares] = [sumOf(centred), sumOf(centred.map((value) => value * value))];
  let below = 0;
  for (let i = 1; i < sorted.length; i++) {
    below += centred[i - 1]!;
    const [before, here] = [points[sorted[i - 1]!]![dimension]!, points[sorted[i]!]![dimension]!];
    if (before === here) continue;
    const left = squares - below ** 2 / i - (total - below) ** 2 / (sorted.length - i);
    yield { dimension, at: (before + here) / 2, left };
  }
}

function meanOf({ losses }: Sample, rows: readonly number[]): number {
  return sumOf(rows.map((row) => losses[row]!)) / rows.length;
}

function sumOfSquares(values: readonly number[]): number {
  const mean = sumOf(values) / values.length;
  return sumOf(values.map((value) => (value - mean) ** 2));
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
