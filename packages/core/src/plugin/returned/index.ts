// What plugins return is checked once, where it comes in. So an error names the plugin, and wrong numbers do not spread.
export { checkedDataset } from './dataset.js';
export { missingFunctions } from './members.js';
export { checkedMethod } from './method.js';
export { checkedScores, checkedThreshold, checkedUnitScores, checkedUpdate } from './scores.js';
export { inWords } from './words.js';
