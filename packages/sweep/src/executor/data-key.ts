import { canonicalJson, type Use } from '@bbb/core';

/** What tells one data set from another. */
export const dataKey = ({ use, options }: Use): string => canonicalJson({ use, options });
