// What plugins return is looked at once, where it comes in: an error then names the plugin, and no wrong number is believed.
export { checkedDataset } from './dataset.js';
export { missingFunctions } from './members.js';
export { checkedMethod } from './method.js';
export { checkedScores, checkedThreshold, checkedUnitScores, checkedUpdate } from './scores.js';
export { inWords } from './words.js';
