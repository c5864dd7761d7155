import { numberColumns } from '@bbb/core';
import { lines, numbers, type PublishedPackage, type RealSet } from './set.js';

const STATSMODELS: PublishedPackage = {
  name: 'python3-statsmodels',
  dir: '/usr/lib/python3/dist-packages/statsmodels/datasets',
};

/** Reads a header of names, with or without quotes, and the rows of numbers below it. */
function table(text: string): { readonly names: readonly string[]; readonly rows: readonly number[][] } {
  const [names, ...rows] = lines(text, ',');
  return { names: names!.map((name) => name.replaceAll('"', '')), rows: rows.map(numbers) };
}

const randhie: RealSet = {
  name: 'randhie',
  description:
    'Visits to a doctor in a year: 20,190 people of the RAND Health Insurance Experiment, 9 measures (Cameron & Trivedi). Has no test set: hold some out.',
  from: STATSMODELS,
  files: [
    {
      name: 'randhie/randhie.csv',
      sha256: '9f6c87d05aef087a82cc4465310c8cd3f38327be6eafa43bd81fb98c4f3d088c',
    },
  ],
  read: ([text]) => {
    const { names, rows } = table(text!);
    return {
      table: numberColumns(names.slice(1), names[0]),
      // The first column is the target.
      rows: rows.map(([visits, ...measures]) => [...measures, visits!]),
      target: { kind: 'real', name: 'visits', unit: 'visits' },
    };
  },
};

const star98: RealSet = {
  name: 'star98',
  description:
    'Pupils above the median in mathematics: 303 school districts of California, 1998, 12 measures (Gill 2001). Has no test set: hold some out.',
  from: STATSMODELS,
  files: [
    {
      name: 'star98/star98.csv',
      sha256: 'fd1fbb29b5356c38c422be100b94c13ac3f99f68330f020b493342a86f9b4c49',
    },
  ],
  read: ([text]) => {
    const { names, rows } = table(text!);
    // The first two columns are all pupils and those above the median. The columns after the measures are products of measures: left out.
    return {
      table: numberColumns(names.slice(2, 2 + MEASURES)),
      rows: rows.map(([all, above, ...rest]) => [...rest.slice(0, MEASURES), (100 * above!) / all!]),
      target: { kind: 'real', name: 'above the median', unit: '%' },
    };
  },
};

/** Number of measures of a district. */
const MEASURES = 12;

/** The sets in Debian's package of statsmodels. */
export const statsmodelsSets: readonly RealSet[] = [randhie, star98];
