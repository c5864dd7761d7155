import { defineArrays } from '@bbb/plugins';

const { dataset } = defineArrays({
  name: 'flowers',
  x: [
    [5.1, 3.5],
    [7.0, 3.2],
    [6.3, 3.3],
  ],
  y: ['setosa', 'versicolor', 'virginica'],
});

console.log(dataset.inputShape.join(), dataset.train.count); // 2 3
