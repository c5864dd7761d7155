import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { loadPredictor } from '@bbb/predict';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { predictionService } from '../../docs/guides/deploy/service.js';
import { fileOf, train } from './stored.js';

const read = (path: string): string =>
  readFileSync(new URL(`../../docs/guides/${path}`, import.meta.url), 'utf8');

describe('the service of the guide to deployment', () => {
  const pixels = Uint8Array.from({ length: 16 }, (_, i) => 16 * i);
  let predictor: Awaited<ReturnType<typeof loadPredictor>>;
  let service: ReturnType<typeof predictionService>;
  let url: string;

  beforeAll(async () => {
    const trained = await train('cnn', { use: 'bbb-gaussian', options: {} });
    predictor = await loadPredictor(fileOf(trained));
    trained.network.dispose();
    service = predictionService(predictor).listen(0, '127.0.0.1');
    await new Promise((resolve) => service.once('listening', resolve));
    url = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  });
  afterAll(() => void service?.close());

  const post = (body: Uint8Array<ArrayBuffer>): Promise<Response> => fetch(url, { method: 'POST', body });

  it('is shown unchanged', () => expect(read('deploy.md')).toContain(read('deploy/service.ts')));

  it('gives the answers of the predictor', async () => {
    const response = await post(pixels);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual(JSON.parse(JSON.stringify(predictor.predict(pixels))));
  });

  it('refuses input that is not an example', async () => {
    expect((await post(pixels.slice(1))).status).toBe(400);
    expect((await post(new Uint8Array(100_000))).status).toBe(400);
    expect((await fetch(url)).status).toBe(405);
  });
});
