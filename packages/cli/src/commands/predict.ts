import type { Registry } from '@bbb/core';
import type { PredictOptions, StoredModel } from '@bbb/predict';
import { usableCores } from '@bbb/sweep';
import { print, printJson } from '../io/output.js';
import { loadRegistry } from '../io/registry.js';
import type { PredictFlags } from '../options/kinds.js';
import { answerAll } from '../predict/answer-all.js';
import { examplesOf } from '../predict/batches.js';
import { readInputs, readStandardInput, type Inputs } from '../predict/inputs.js';
import { openPredictor } from '../predict/model.js';
import { answerTable, type NamedAnswer } from '../predict/table.js';
import { workProgress, type Steps } from '../progress/work.js';

/** `bbb predict`: the predictions of a stored network for the user's own examples, in the user's units. */
export async function predict(place: string, files: readonly string[], flags: PredictFlags): Promise<number> {
  const { registry } = await loadRegistry(flags.plugin);
  const work = workProgress();
  const { model, answers } = await answersFor(place, files, flags, registry, work.step).finally(work.close);
  if (flags.json)
    await printJson({ model, answers: answers.map(({ source, answer }) => ({ input: source, ...answer })) });
  else await print(answerTable(answers, model).join('\n'));
  return 0;
}

async function answersFor(
  place: string,
  files: readonly string[],
  flags: PredictFlags,
  registry: Registry,
  steps: Steps,
): Promise<{ model: StoredModel; answers: NamedAnswer[] }> {
  const { threads = usableCores(), samples, maxRisk } = flags;
  const options: PredictOptions = {
    ...(samples === undefined ? {} : { samples }),
    ...(maxRisk === undefined ? {} : { maxRisk }),
  };
  const opened = await openPredictor(place, { ...flags, threads, steps }, registry);
  const { model } = opened.predictor;
  const { sources, batches } = examplesOf(await allInputs(files, model), opened.predictor, threads);
  const answers = await answerAll(batches, options, { ...opened, threads }, steps('answering'));
  return { model, answers: answers.map((answer, i) => ({ source: sources[i]!, answer })) };
}

/** One after another: thousands of pictures would be too many open files. */
async function allInputs(files: readonly string[], model: StoredModel): Promise<Inputs[]> {
  const all: Inputs[] = [];
  for (const file of files.length === 0 ? ['-'] : files)
    all.push(file === '-' ? await readStandardInput(model) : await readInputs(file, model));
  return all;
}
