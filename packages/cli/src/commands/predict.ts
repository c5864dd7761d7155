import { UsageError } from '../errors/usage.js';
import { print, printJson } from '../io/output.js';
import { loadRegistry } from '../io/registry.js';
import type { PredictFlags } from '../options/kinds.js';
import { readInputs, readStandardInput, type Inputs } from '../predict/inputs.js';
import { openPredictor } from '../predict/model.js';
import { answerTable, type Told } from '../predict/table.js';

/** `bbb predict`: what a stored network says of examples in the user's own units. */
export async function predict(place: string, files: readonly string[], flags: PredictFlags): Promise<number> {
  const { registry } = await loadRegistry(flags.plugin);
  const predictor = await openPredictor(place, flags, registry);
  const { model } = predictor;
  if (flags.maxRisk !== undefined && model.target.kind === 'real') {
    throw new UsageError(
      'An error of so many in a hundred is one of classes.',
      'Leave --max-risk off: the interval says how sure it is.',
    );
  }
  const told: Told[] = [];
  for (const { source, input } of await allInputs(files, predictor.model)) {
    const answers = predictor.predictAll(input, {
      ...(flags.samples === undefined ? {} : { samples: flags.samples }),
      ...(flags.maxRisk === undefined ? {} : { maxRisk: flags.maxRisk }),
    });
    answers.forEach((answer, i) =>
      told.push({ source: answers.length === 1 ? source : `${source}:${i}`, answer }),
    );
  }
  if (flags.json)
    await printJson({ model, answers: told.map(({ source, answer }) => ({ input: source, ...answer })) });
  else await print(answerTable(told, model).join('\n'));
  return 0;
}

function allInputs(files: readonly string[], model: Parameters<typeof readInputs>[1]): Promise<Inputs[]> {
  const places = files.length === 0 ? ['-'] : files;
  return Promise.all(
    places.map((file) => (file === '-' ? readStandardInput(model) : readInputs(file, model))),
  );
}
