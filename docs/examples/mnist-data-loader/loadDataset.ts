import { loadDataset } from 'mnist-data-loader';

const mnist = await loadDataset('mnist');

console.log(mnist.train.count, mnist.test.count); // 60000 10000
