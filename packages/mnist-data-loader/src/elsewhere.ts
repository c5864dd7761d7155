interface Elsewhere {
  readonly names: readonly string[];
  readonly advice: string;
}

const run = (folder: string, ...options: string[]): string =>
  `--dataset idx --data-dir ${folder}${options.map((option) => ` --dataset-option ${option}`).join('')}`;

const emnist = (split: string): string =>
  `EMNIST does not come with bbb. Get gzip.zip from https://www.nist.gov/itl/products-and-services/emnist-dataset (or torchvision.datasets.EMNIST('DIR', '${split}', download=True)), unpack it into DIR, and type ${run('DIR', `prefix=emnist-${split}`, 'transpose=true')}`;

const colour = (title: string): string =>
  `${title} has pictures in colour. bbb reads grey images from IDX files: convert it to train-images-idx3-ubyte and so on, and type ${run('DIR')}`;

const alias = (name: string): string => `Type --dataset ${name}`;

const table = (title: string): string =>
  `${title} is a table. bbb reads images from IDX files: write it as [count, columns] and [count] in four IDX files, and type ${run('DIR')}`;

/** Sets that users ask for by name but that bbb does not know: where to get their files, and what to type then. */
const ELSEWHERE: readonly Elsewhere[] = [
  { names: ['fashionmnist', 'fmnist', 'fashion', 'zalando'], advice: alias('fashion-mnist') },
  { names: ['mnist784', 'digitsmnist', 'mnistdigits'], advice: alias('mnist') },
  { names: ['rotatedmnist', 'rotmnist', 'mnistrot', 'turnedmnist'], advice: alias('rotated') },
  {
    names: ['kmnist', 'kuzushiji', 'kuzushijimnist'],
    advice: `Kuzushiji-MNIST does not come with bbb. Get its four files (train-images-idx3-ubyte.gz, ...) from http://codh.rois.ac.jp/kmnist/ (or torchvision.datasets.KMNIST('DIR', download=True)) into DIR, and type ${run('DIR')}`,
  },
  {
    names: ['k49', 'kuzushiji49', 'k49mnist'],
    advice: `Kuzushiji-49 comes as .npz files (http://codh.rois.ac.jp/kmnist/): convert them to train-images-idx3-ubyte and so on, and type ${run('DIR')}`,
  },
  ...['letters', 'digits', 'balanced', 'byclass', 'bymerge', 'mnist'].map((split) => ({
    names: [`emnist${split}`],
    advice: emnist(split),
  })),
  { names: ['emnist'], advice: emnist('letters') },
  {
    names: ['qmnist'],
    advice: `QMNIST does not come with bbb. Get qmnist-train-images-idx3-ubyte.gz, qmnist-train-labels-idx2-int.gz and the two of qmnist-test from https://github.com/facebookresearch/qmnist into DIR, and type ${run('DIR')}`,
  },
  {
    names: ['notmnist'],
    advice: `notMNIST does not come with bbb. Get it as IDX files from https://github.com/davidflanagan/notMNIST-to-MNIST into DIR, and type ${run('DIR')}`,
  },
  {
    names: [
      'usps',
      'omniglot',
      'medmnist',
      'pneumoniamnist',
      'breastmnist',
      'mnistc',
      'semeion',
      'signmnist',
    ],
    advice: `It does not come with bbb, nor as IDX files: convert it to train-images-idx3-ubyte and so on in DIR, and type ${run('DIR')}`,
  },
  { names: ['cifar', 'cifar10'], advice: colour('CIFAR-10') },
  { names: ['cifar100'], advice: colour('CIFAR-100') },
  { names: ['svhn'], advice: colour('SVHN') },
  { names: ['stl10'], advice: colour('STL-10') },
  { names: ['imagenet', 'tinyimagenet', 'imagenette', 'imagenet1k'], advice: colour('ImageNet') },
  { names: ['celeba', 'flowers102', 'food101', 'places365', 'lsun', 'gtsrb'], advice: colour('That set') },
  { names: ['iris', 'wine', 'diabetes', 'boston', 'adult', 'higgs'], advice: table('That set') },
  { names: ['breastcancer', 'californiahousing', 'housing'], advice: table('That set') },
];

/**
 * Advice for the name of a set in any spelling (`CIFAR-10`, `cifar_10`). Undefined for a name that is not in the list.
 *
 * @param name as a user types it; case, spaces, `-` and `_` do not matter
 */
export function whereToGet(name: string): string | undefined {
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  return ELSEWHERE.find(({ names }) => names.includes(plain))?.advice;
}
