/** One of the programs that are compared. */
export interface Contender {
  readonly name: string;
  /** Runs for about `milliseconds` and returns the seconds of the fastest call, because disturbances only make calls slower. */
  measure(milliseconds: number): number | Promise<number>;
}

/** Programs that do the same work. Each round runs a slice of each of them, so that a disturbance slows all of them down. */
export interface Contest {
  readonly title: string;
  /** Turns seconds per call into the unit of the table. */
  readonly unit: Unit;
  /** The first one is ours; ratios are against it. */
  readonly contenders: readonly Contender[];
}

export interface Unit {
  readonly name: string;
  /** True for rates: a larger number is better. */
  readonly higherIsBetter: boolean;
  of(seconds: number): number;
}

export interface Entry {
  readonly name: string;
  readonly median: number;
  /** First and third quartile over the rounds. */
  readonly low: number;
  readonly high: number;
  /** How many times longer than the first contender this one takes, the median over rounds of the ratio within a round. */
  readonly timesOurs: number;
}

export interface Result {
  readonly title: string;
  readonly unit: string;
  readonly entries: readonly Entry[];
}

export const gflops = (operations: number): Unit => ({
  name: 'GFLOP/s',
  higherIsBetter: true,
  of: (seconds) => operations / seconds / 1e9,
});

export const nanosecondsEach = (count: number): Unit => ({
  name: 'ns each',
  higherIsBetter: false,
  of: (seconds) => (seconds * 1e9) / count,
});

export const milliseconds: Unit = { name: 'ms', higherIsBetter: false, of: (seconds) => seconds * 1e3 };
export const microseconds: Unit = { name: 'µs', higherIsBetter: false, of: (seconds) => seconds * 1e6 };

// The clock has a resolution of a microsecond, so short calls are timed in groups.
const SHORTEST_TIMED = 0.1;

/** A contender that runs in this process. */
export function here(name: string, call: () => void | Promise<void>): Contender {
  let bunch = 1;
  const time = async (): Promise<number> => {
    const start = performance.now();
    for (let i = 0; i < bunch; i++) {
      const pending = call();
      if (pending) await pending;
    }
    return performance.now() - start;
  };
  return {
    name,
    async measure(slice) {
      while ((await time()) < SHORTEST_TIMED) bunch *= 2;
      const times: number[] = [];
      const end = performance.now() + slice;
      do times.push((await time()) / bunch / 1e3);
      while (performance.now() < end);
      return Math.min(...times);
    },
  };
}

export async function hold(
  { title, unit, contenders }: Contest,
  rounds: number,
  slice: number,
): Promise<Result> {
  const times = contenders.map((): number[] => []);
  for (const contender of contenders) await contender.measure(slice);
  for (let round = 0; round < rounds; round++) {
    for (const [i, contender] of contenders.entries()) times[i]!.push(await contender.measure(slice));
  }
  const ours = times[0]!;
  const entries = contenders.map(({ name }, i): Entry => {
    const values = times[i]!.map((seconds) => unit.of(seconds));
    return {
      name,
      median: median(values),
      low: quantile(values, 0.25),
      high: quantile(values, 0.75),
      timesOurs: median(times[i]!.map((seconds, round) => seconds / ours[round]!)),
    };
  });
  return { title, unit: unit.name, entries };
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)]!;
  const above = sorted[Math.ceil(at)]!;
  return below + (above - below) * (at - Math.floor(at));
}
