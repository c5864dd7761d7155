import { DEFAULT_TRAINING, type Optimizer, type Schedule, type TrainingOptions } from '@bbb/core';
import { code, escapeMarkdown, valueText } from './markdown.js';

type Fact = readonly [title: string, text: string];

/** The members of a plugin besides its options, in words. A member without words here is shown as it is. */
export function factsOf(kind: string, details: Readonly<Record<string, unknown>>): Fact[] {
  const facts = Object.entries(details).flatMap(([name, value]) =>
    kind === 'pruners' && name === 'wraps'
      ? [['Made of', `another criterion, which its option ${code(String(value))} names`] as Fact]
      : name in WORDS
        ? WORDS[name]!(value)
        : [[name, code(valueText(value))] as Fact],
  );
  return kind === 'methods' ? [...facts, training(details['training'] as Partial<TrainingOptions>)] : facts;
}

/** By member of a definition. A member that is described elsewhere gives none. */
const WORDS: Readonly<Record<string, (value: unknown) => Fact[]>> = {
  pruner: (name) => [
    [
      'Pruned by',
      `[${code(String(name))}](../plugins/pruners/${String(name)}.md), where nothing else is asked for`,
    ],
  ],
  wraps: (option) => [
    [
      'Made of',
      `another method, which its option ${code(String(option))} names: trained and pruned as that one, where it says nothing itself`,
    ],
  ],
  hasSigma: (yes) => [['Standard deviations', yes ? 'every weight has one' : 'none']],
  has: (parts) => [['Also has', inWords(parts)]],
  needs: (needs) => [['Needs', inWords(needs)]],
  granularity: (what) => [['Removes', `whole ${String(what)}s`]],
  needsSigma: (yes) => (yes ? [['Fits', 'methods whose weights have standard deviations']] : []),
  adaptive: (yes) => [['Looks at results', yes ? 'yes' : 'no: all its points are known in advance']],
  compares: (yes) => (yes ? [['Compares', 'trials with each other: it needs more than one']] : []),
  target: (kind) => [['Targets', kind === 'class' ? 'classes' : 'real numbers']],
  display: (yes) => (yes ? [['Writes to', "the terminal, in place of bbb's own display"]] : []),
  training: () => [],
  sweep: () => [],
  bandit: (settings) => [
    [
      'Played by',
      (settings as { agents: { name: string }[] }).agents.map(({ name }) => code(name)).join(', '),
    ],
  ],
};

const PARTS: Readonly<Record<string, string>> = {
  sigma: 'standard deviations',
  inclusion: 'a probability that a weight is there at all',
  unitNoise: 'the noise of a scale that the weights of a unit share',
  prior: 'a Gaussian prior',
  examples: 'training examples',
};

function inWords(parts: unknown): string {
  return (parts as readonly string[]).map((part) => PARTS[part] ?? part).join(', ');
}

function training(own: Partial<TrainingOptions> = {}): Fact {
  const { optimizer, schedule, epochs, batchSize } = { ...DEFAULT_TRAINING, ...own };
  const text = `${optimizerText(optimizer)}, ${scheduleText(schedule)}, ${epochs} epochs of minibatches of ${batchSize}`;
  return ['Trained with', `${escapeMarkdown(text)}, where nothing else is asked for`];
}

function optimizerText(optimizer: Optimizer): string {
  const { kind, learningRate } = optimizer;
  if (kind === 'sgd') return `SGD at ${learningRate}, momentum ${optimizer.momentum}`;
  return `Adam at ${learningRate} (beta ${optimizer.beta1} and ${optimizer.beta2}, epsilon ${optimizer.epsilon})`;
}

function scheduleText(schedule: Schedule): string {
  if (schedule.kind === 'step') return `times ${schedule.factor} after every ${schedule.every} epochs`;
  if (schedule.kind === 'constant') return 'at a constant rate';
  return `falling to zero along a ${schedule.kind === 'cosine' ? 'cosine' : 'line'}`;
}
