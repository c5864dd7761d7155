import { readFile } from 'node:fs/promises';
import { loadPredictor } from '@bbb/predict';

// Not run: it needs a model file, which bbb export --format sparse writes.
export async function ask(pixels: Uint8Array) {
  const predictor = await loadPredictor(await readFile('model.bbb'));
  return predictor.predict(pixels, { samples: 10 }); // class, probability, entropy, mutual information, ...
}
