import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { loadPredictor, type Predictor } from '@bbb/predict';

/** Answers POST requests, whose body is one example: as many bytes as the network has inputs. */
export function predictionService(predictor: Predictor): Server {
  const size = predictor.model.inputShape.reduce((product, n) => product * n, 1);
  return createServer(async (request, response) => {
    const reply = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    if (request.method !== 'POST') return reply(405, { error: 'Send the bytes of one example by POST.' });
    try {
      const example = await bodyOf(request, size);
      if (example?.length !== size) return reply(400, { error: `An example has ${size} bytes.` });
      reply(200, predictor.predict(example));
    } catch (error) {
      reply(500, { error: error instanceof Error ? error.message : String(error) });
    }
  });
}

/** Undefined for a body that is too long. At most the allowed length is kept in memory. */
async function bodyOf(request: IncomingMessage, most: number): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Uint8Array>) {
    length += part.length;
    if (length <= most) parts.push(part);
  }
  return length > most ? undefined : Buffer.concat(parts);
}

// `node service.ts model.bbb` on Node 22.18 or newer; on older ones `npx tsx service.ts model.bbb`.
const [, , file] = process.argv;
if (file?.endsWith('.bbb')) {
  const predictor = await loadPredictor(await readFile(file));
  predictionService(predictor).listen(8080, '127.0.0.1');
}
