import { loadPredictor } from '@bbb/predict';

const file = await fetch('model.bbb');
const predictor = await loadPredictor(await file.arrayBuffer());

/** Asks the network about a canvas of 28 x 28, white ink on black. */
export function ask(canvas: HTMLCanvasElement): string {
  const { data } = canvas.getContext('2d')!.getImageData(0, 0, 28, 28);
  const pixels = Uint8Array.from({ length: 784 }, (_, i) => data[4 * i]!);
  const answer = predictor.predict(pixels, { maxRisk: 0.05 });
  if (answer.kind !== 'class') throw new Error('This page is for classes.');
  return answer.sure ? `a ${answer.class}` : `not sure: one of ${answer.set?.join(', ')}`;
}
