import { numberColumns } from '@bbb/core';
import { lines, numbers, type PublishedPackage, type RealSet } from './set.js';

const SKLEARN: PublishedPackage = {
  name: 'python3-sklearn',
  dir: '/usr/lib/python3/dist-packages/sklearn/datasets/data',
};

/** A set in a file with columns of numbers, of which the last one is the class. Its first line has counts and the names of the classes. */
const classes = (name: string, description: string, file: string, sha256: string): RealSet => ({
  name,
  description,
  from: SKLEARN,
  files: [{ name: file, sha256 }],
  read: ([text]) => {
    const [counts, ...rows] = lines(text!, ',');
    const names = counts!.slice(2);
    return { rows: rows.map(numbers), target: { kind: 'class', classes: names.length, names } };
  },
});

const iris = classes(
  'iris',
  'Irises: 150 flowers, 4 measures, 3 species (Fisher 1936). Has no test set: hold some out.',
  'iris.csv',
  'f13ffa8fdd56fd8e6c8d16d4081a3fbd3114bcd0aae4256c43205169cd9d1449',
);
const wine = classes(
  'wine',
  'Wines: 178, 13 measures, 3 growers. Has no test set: hold some out.',
  'wine_data.csv',
  '10e8a802908b34f86e5da8ce962f3c806694bc98450a18f61851af59f324bede',
);
const breastCancer = classes(
  'breast-cancer',
  'Breast cancer in Wisconsin: 569 tumours, 30 measures, malignant or benign. Has no test set: hold some out.',
  'breast_cancer.csv',
  'fed3eb72d0575ef6192293f5093c6e801b1476b577d0386bf4455504522172ed',
);

const digits: RealSet = {
  name: 'digits',
  from: SKLEARN,
  description:
    'Handwritten digits: 1,797 images of 8 x 8, values 0 to 16 (divide by 16). Has no test set: hold some out.',
  files: [
    { name: 'digits.csv.gz', sha256: '6ebb3d2fee246a4e99363262ddf8a00a3c41bee6014c373ed9d9216ba7f651b8' },
  ],
  bytes: true,
  inputShape: [8, 8, 1],
  read: ([text]) => ({ rows: lines(text!, ',').map(numbers), target: { kind: 'class', classes: 10 } }),
};

const diabetes: RealSet = {
  name: 'diabetes',
  from: SKLEARN,
  description:
    'Progression of diabetes after a year: 442 patients, 10 measures (Efron et al. 2004). Has no test set: hold some out.',
  files: [
    {
      name: 'diabetes_data_raw.csv.gz',
      sha256: 'ec2683754c379fdffc39f53922c475eff67e2fb9c94c7c27207b7c4371d51726',
    },
    {
      name: 'diabetes_target.csv.gz',
      sha256: '244713a551f62a291a354212d8a048adec6cb1244b2bc44e66a0698f5006d26d',
    },
  ],
  read: ([data, targets]) => {
    const y = lines(targets!, ' ');
    return {
      rows: lines(data!, ' ').map((row, i) => numbers([...row, y[i]![0]!])),
      target: { kind: 'real', name: 'progression' },
    };
  },
};

const boston: RealSet = {
  name: 'boston',
  from: SKLEARN,
  description:
    'House prices in Boston: 506 towns, 13 measures (Harrison & Rubinfeld 1978), of the UCI benchmarks. Has no test set: hold some out.',
  files: [
    {
      name: 'boston_house_prices.csv',
      sha256: 'd98212636026544fc9b9c0f372e5f819872e6fa6fa757ab025efdda22180f2d6',
    },
  ],
  read: ([text]) => {
    const [, names, ...rows] = lines(text!, ',');
    const named = names!.map((name) => name.replaceAll('"', ''));
    return {
      table: numberColumns(named.slice(0, -1), named.at(-1)),
      rows: rows.map(numbers),
      target: { kind: 'real', name: 'median value', unit: 'kUSD' },
    };
  },
};

/** The sets in Debian's package of scikit-learn. */
export const sklearnSets: readonly RealSet[] = [iris, wine, breastCancer, digits, diabetes, boston];
