/** Test log-likelihood and RMSE of the UCI protocol as published, means over the same 20 splits. */
export interface Row {
  readonly name: string;
  readonly logLikelihood: number;
  readonly rmse: number;
}

export const PUBLISHED: Readonly<Record<string, readonly Row[]>> = {
  boston: [
    { name: 'VI (Graves 2011)', logLikelihood: -2.9, rmse: 4.32 },
    { name: 'PBP (Hernandez-Lobato & Adams 2015)', logLikelihood: -2.57, rmse: 3.01 },
    { name: 'MC dropout (Gal & Ghahramani 2016, 4000 epochs)', logLikelihood: -2.4, rmse: 2.9 },
    { name: 'deep ensemble (Lakshminarayanan et al. 2017)', logLikelihood: -2.41, rmse: 3.28 },
  ],
};

/** The other sets of the benchmark, and why they are not measured. */
export const NOT_AVAILABLE: Readonly<Record<string, string>> = {
  concrete: "in Debian's r-cran-modeldata, as R's own serialised objects, for which npm has no reader",
  energy: 'in no package',
  kin8nm: 'in no package',
  naval: 'in no package',
  power: 'in no package',
  protein: 'in no package',
  'wine (red, quality)': "in no package; scikit-learn's wine is another set",
  yacht: 'in no package',
};
