import type { RealSet } from './set.js';

/** A car of `cars.json`; null where a value is missing. */
interface Car {
  readonly Miles_per_Gallon: number | null;
  readonly Cylinders: number;
  readonly Displacement: number;
  readonly Horsepower: number | null;
  readonly Weight_in_lbs: number;
  readonly Acceleration: number;
  /** 1 January of the model's year. */
  readonly Year: string;
  readonly Origin: string;
}

const MEASURES = ['cylinders', 'displacement', 'horsepower', 'weight', 'acceleration', 'year'];
const ORIGINS = ['Europe', 'Japan', 'USA'];

const cars: RealSet = {
  name: 'cars',
  description:
    'Miles per gallon of cars: 392 models of 1970 to 1982, 6 measures and their origin (Auto MPG of UCI). Has no test set: hold some out.',
  from: {
    name: 'python3-vega-datasets',
    dir: '/usr/lib/python3/dist-packages/vega_datasets/_data',
    other: { command: 'npm install vega-datasets@3.2.1', dir: 'node_modules/vega-datasets/data' },
  },
  files: [{ name: 'cars.json', sha256: 'f686a53678b21f4231e2f6a5ba7ce5761d9d39204fccdea1caa29fb8c460e319' }],
  read: ([text]) => {
    const all = JSON.parse(text!) as readonly Car[];
    const whole = all.filter((car) => car.Miles_per_Gallon !== null && car.Horsepower !== null);
    return {
      table: {
        columns: [...MEASURES.map((name) => ({ name })), { name: 'origin', categories: ORIGINS }],
        target: 'miles per gallon',
      },
      rows: whole.map((car) => [
        car.Cylinders,
        car.Displacement,
        car.Horsepower!,
        car.Weight_in_lbs,
        car.Acceleration,
        Number(car.Year.slice(0, 4)),
        ...ORIGINS.map((origin) => Number(car.Origin === origin)),
        car.Miles_per_Gallon!,
      ]),
      target: { kind: 'real', name: 'miles per gallon', unit: 'mpg' },
      notes: [`${all.length - whole.length} cars with missing values are left out.`],
    };
  },
};

/** The sets in Debian's package of vega-datasets. */
export const vegaSets: readonly RealSet[] = [cars];
