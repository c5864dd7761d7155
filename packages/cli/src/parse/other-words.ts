/** Words of other tools, and our options with the same meaning. The first option that the command has is suggested. */
export const OPTIONS: readonly (readonly [words: string, options: string])[] = [
  ['-o out output output-dir output-folder outdir out-dir dest', '--out --dir'],
  ['dir folder save save-dir log-dir logdir results results-dir run-dir path', '--dir --out'],
  ['-d input file csv data-path data-folder train-data', '--data --data-dir'],
  ['-c conf config-file cfg', '--config'],
  ['-f overwrite yes', '--force'],
  ['-e n-epochs num-epochs max-epochs iterations', '--epochs'],
  ['-b bs batch-size minibatch', '--batch'],
  ['rate learning-rate', '--lr'],
  ['opt', '--optimizer'],
  [
    '-j jobs n-jobs num-jobs num-workers n-workers parallel concurrency cores cpus processes',
    '--workers --threads',
  ],
  ['threads workers', '--threads --workers'],
  ['-m model models algorithm algorithms method methods', '--method --methods'],
  ['arch architecture net', '--network'],
  ['layers units width widths neurons hidden-layers hidden-size hidden-sizes hidden-units', '--hidden'],
  ['sparsity sparsities amount share shares pruning prune-ratio', '--share --sparsity --prune'],
  ['criterion criteria ranking', '--pruner --pruners'],
  ['repeats repetitions replicates runs n-seeds num-seeds', '--seeds'],
  ['-s seed seeds random-seed random-state rng', '--seed --seeds'],
  ['draws mc-samples n-samples num-samples num-draws', '--samples'],
  ['n-trials num-trials max-trials', '--trials'],
  ['search-space', '--space'],
  ['label label-column target-column', '--target'],
  ['features feature-columns', '--columns'],
  ['ignore omit skip', '--drop'],
  ['val validation-size val-size valid holdout', '--validation'],
  ['test test-size test-split', '--test-fraction'],
  ['normalize normalise normalization normalisation standardize standardise', '--scaling'],
  ['max-examples subset n-train train-size', '--limit'],
  ['dry -n plan', '--dry-run'],
  ['-q silent no-progress', '--quiet'],
  ['retry retries', '--max-retries --retry-failed'],
  ['max-time time-limit', '--timeout'],
  ['confidence threshold', '--max-risk'],
];

/** Words of other tools that no option replaces, because another command does it, or none. */
const SENTENCES: readonly (readonly [words: string, sentence: string])[] = [
  ['resume continue restart restore', 'Nothing is needed to go on: type the same command again.'],
  ['-v verbose debug', 'BBB_DEBUG=1 before the command shows where an error comes from.'],
  ['gpu cuda device devices', 'bbb computes on the processor and needs no such option.'],
  ['momentum', 'Type --optimizer sgd --set training.optimizer.momentum=0.9.'],
  [
    'weight-decay wd l2',
    'Weight decay is a Gaussian prior here: bbb plugins methods lists the methods with a prior.',
  ],
  ['dropout dropout-rate', 'Dropout is a method here, and its rate an option: bbb plugins methods.'],
  ['patience early-stopping', '--select best measures the weights of the best epoch.'],
];

/**
 * A sentence about an option of another tool. Undefined for an unknown one.
 * @param flag the typed text: `--output`, `--batch_size=64`, `-o`
 * @param has whether the command has an option of this name
 */
export function otherWord(flag: string, has: (name: string) => boolean): string | undefined {
  const word = flag.replace(/=.*/s, '').replace(/^--/, '').toLowerCase().replaceAll('_', '-');
  const meant = find(OPTIONS, word)?.split(' ').find(has);
  if (meant !== undefined) return `Did you mean ${meant}?`;
  return has(`--${word}`) ? `Did you mean --${word}?` : find(SENTENCES, word);
}

function find(table: typeof OPTIONS, word: string): string | undefined {
  return table.find(([words]) => words.split(' ').includes(word))?.[1];
}
