import { createBars } from './bars.js';
import { byId, elementOf, make, setText } from '../client/dom.js';
import type { Manifest, ModelEntry } from '../src/demo/manifest.js';
import { createModels, type Answered, type Threshold } from './models.js';
import { createPad, paintShoe } from './pad.js';
import { fitted, inkOf, levelsOf, show, type Pixels } from './picture.js';
import { createRisks } from './risks.js';
import { percent, verdictOf } from './verdict.js';

const problem = byId('problem');

function tell(error: unknown): void {
  problem.hidden = false;
  problem.textContent = error instanceof Error ? error.message : String(error);
}

start().catch(tell);

async function start(): Promise<void> {
  const manifest = (await (await fetch('models.json')).json()) as Manifest;
  const { imageShape, classes, models } = manifest;
  const [rows, cols] = imageShape;
  const load = createModels(manifest);
  const bars = createBars(elementOf('bars', HTMLTableElement), classes);
  const seen = elementOf('seen', HTMLCanvasElement);
  const slider = elementOf('share', HTMLInputElement);
  const risks = createRisks(() => void update().catch(tell));
  let pixels: Pixels | undefined;
  let asked = 0;

  const entry = (): ModelEntry => models[Number(slider.value)]!;
  const update = async (): Promise<void> => {
    const turn = ++asked;
    const { thresholds } = await load(entry());
    if (turn !== asked) return;
    risks.show(thresholds);
    if (!pixels) return nothing(bars);
    const answer = (await load(entry())).ask(pixels);
    // Show the answer only if no other image or network was chosen in the meantime.
    if (turn === asked) tellAnswer(answer, entry(), classes, bars, risks.chosen());
  };
  const look = (found: Pixels | undefined): void => {
    pixels = found;
    show(seen, found ?? new Uint8Array(rows * cols), rows, cols);
    update().catch(tell);
  };

  const pad = createPad(elementOf('pad', HTMLCanvasElement), () => look(fitted(pad.ink(), rows, cols)));
  byId('clear').addEventListener('click', () => {
    pad.clear();
    look(undefined);
  });
  byId('shoe').addEventListener('click', () => pad.draw(paintShoe));
  elementOf('file', HTMLInputElement).addEventListener('change', (event) => {
    const file = (event.target as HTMLInputElement).files?.[0];
    if (file) opened(file, rows, cols).then(look).catch(tell);
  });
  addExamples(manifest, (found) => {
    pad.clear();
    look(found);
  });

  slider.max = String(models.length - 1);
  slider.value = String(firstShown(models));
  const chosen = (): void => {
    tellModel(entry(), slider);
    update().catch(tell);
  };
  slider.addEventListener('input', chosen);
  setText('about', aboutText(manifest));
  look(undefined);
  chosen();
  await load(entry());
  byId('main').removeAttribute('aria-busy');
}

/** The most sparse network that loses less than half a point of accuracy. */
function firstShown(models: readonly ModelEntry[]): number {
  const dense = models[0]!.accuracy;
  if (dense === undefined) return 0;
  return models.findLastIndex(({ accuracy }) => accuracy !== undefined && accuracy >= dense - 0.005);
}

function aboutText({ method, dataset, samples }: Manifest): string {
  const how =
    samples > 0 ? `${samples} draws of its weights predict together` : 'it predicts by its mean weights';
  return `Trained on ${dataset} by ${method}; ${how}. All of it runs in this page: nothing that you draw leaves it.`;
}

function nothing(bars: ReturnType<typeof createBars>): void {
  byId('verdict').classList.remove('unsure');
  setText('verdict', 'Draw something.');
  setText('set', '');
  byId('numbers').replaceChildren();
  bars.clear();
}

function tellAnswer(
  answer: Answered,
  entry: ModelEntry,
  classes: readonly string[],
  bars: ReturnType<typeof createBars>,
  threshold: Threshold | undefined,
): void {
  const verdict = verdictOf(answer, classes, entry, threshold);
  byId('verdict').classList.toggle('unsure', verdict.unsure);
  setText('verdict', verdict.text);
  setText('set', verdict.why);
  bars.show(answer.probabilities, answer.draws, answer.set ?? []);
  list('numbers', [
    ['Uncertainty', `${answer.entropy.toFixed(3)} nats of ${Math.log(classes.length).toFixed(3)}`],
    ['of it, between draws', `${answer.mutualInformation.toFixed(3)} nats`],
    ['Time', `${answer.milliseconds.toFixed(answer.milliseconds < 10 ? 2 : 0)} ms`],
  ]);
}

function tellModel(entry: ModelEntry, slider: HTMLInputElement): void {
  const removed = percent(entry.share, entry.share > 0.98 ? 1 : 0);
  setText('removed', removed);
  slider.setAttribute('aria-valuetext', `${removed} of the weights removed`);
  list('size', [
    ['File', `${(entry.bytes / 1000).toFixed(entry.bytes < 100_000 ? 1 : 0)} kB`],
    ['Weights left', `${entry.kept.toLocaleString('en')} of ${entry.weights.toLocaleString('en')}`],
    ...(entry.accuracy === undefined ? [] : [['Test accuracy', percent(entry.accuracy, 2)] as const]),
  ]);
}

function list(id: string, rows: readonly (readonly [name: string, value: string])[]): void {
  byId(id).replaceChildren(
    ...rows.flatMap(([name, value]) => [
      make('dt', { textContent: name }),
      make('dd', { textContent: value }),
    ]),
  );
}

function addExamples(
  { examples, classes, imageShape: [rows, cols] }: Manifest,
  choose: (pixels: Pixels) => void,
): void {
  byId('examples').append(
    ...examples.map(({ label, pixels }) => {
      const values = Uint8Array.from(atob(pixels), (char) => char.charCodeAt(0));
      const canvas = make('canvas');
      show(canvas, values, rows, cols);
      const button = make(
        'button',
        { type: 'button', title: `A ${classes[label]!} of the test set` },
        canvas,
      );
      button.setAttribute('aria-label', button.title);
      button.addEventListener('click', () => choose(values));
      return button;
    }),
  );
}

/** Reads an image file. An image of exactly the network's size is used unchanged, any other is treated as a drawing. */
async function opened(file: File, rows: number, cols: number): Promise<Pixels | undefined> {
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new Error(`${file.name} is no image that this browser can open.`);
  });
  const scale = Math.min(1, 400 / Math.max(bitmap.width, bitmap.height));
  const exact = bitmap.width === cols && bitmap.height === rows;
  const canvas = make('canvas', {
    width: Math.max(1, Math.round(bitmap.width * scale)),
    height: Math.max(1, Math.round(bitmap.height * scale)),
  });
  const context = canvas.getContext('2d')!;
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  const image = inkOf(context.getImageData(0, 0, canvas.width, canvas.height));
  return exact ? levelsOf(image) : fitted(image, rows, cols);
}
