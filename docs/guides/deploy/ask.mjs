import { readFile } from 'node:fs/promises';
import { loadPredictor } from '@bbb/predict';
import { decode } from 'fast-png';

const predictor = await loadPredictor(await readFile('ship/model.bbb'));
for (const file of process.argv.slice(2)) {
  const { data } = decode(await readFile(file)); // 784 grey bytes
  const { class: digit, probability, set, sure } = predictor.predict(data, { maxRisk: 0.05 });
  console.log(file, sure ? digit : 'not sure', probability.toFixed(3), set);
}
