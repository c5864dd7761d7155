import { canonicalJson, type Use } from '@bbb/core';

/** A key for a data set, from its name and options. Different data sets have different keys. */
export const dataKey = ({ use, options }: Use): string => canonicalJson({ use, options });
