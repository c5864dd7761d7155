import { canonicalJson } from '@bbb/core';

// Members in one order, so that equal values have equal texts and hashes.
console.log(canonicalJson({ seed: 1, method: 'sgd' })); // {"method":"sgd","seed":1}
