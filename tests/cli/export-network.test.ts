import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { fromBinary } from '@bufbuild/protobuf';
import { loadPredictor } from '@bbb/predict';
import { ModelProtoSchema } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { bbb } from '../support/command-line.js';
import { storedTrial } from '../support/stored-trial.js';

describe('bbb export', () => {
  it('writes all formats, and prints their sizes on disk', async () => {
    const place = storedTrial();
    const out = join(place, 'exported');
    const args = ['export', place, '--prune', '0.9', '--format', 'sparse,onnx,tfjs', '--out', out, '--json'];
    const { code, stdout } = await bbb(args);
    expect(code).toBe(0);
    const printed = JSON.parse(stdout) as {
      dense: { bytes: number; gzip: number };
      zeros: number;
      ranked: number;
      files: { format: string; name: string; bytes: number; gzip: number }[];
    };
    expect(printed.files.map(({ format }) => format)).toEqual(['sparse', 'onnx', 'tfjs', 'tfjs']);
    expect(readdirSync(out).toSorted()).toEqual(printed.files.map(({ name }) => name).toSorted());
    for (const { name, bytes, gzip } of printed.files) {
      const file = readFileSync(join(out, name));
      expect([name, file.length]).toEqual([name, bytes]);
      expect([name, gzipSync(file, { level: 9 }).length]).toEqual([name, gzip]);
    }
    expect(printed.zeros).toBeGreaterThanOrEqual(Math.floor(0.9 * printed.ranked));
    expect(printed.dense.bytes).toBe(4 * printed.ranked);
    // gzip cannot compress trained weights much: it saves less than a fifth.
    expect(printed.dense.gzip).toBeGreaterThan(0.8 * printed.dense.bytes);
    expect(printed.files[0]!.bytes).toBeLessThan(printed.dense.gzip);
    const model = fromBinary(ModelProtoSchema, readFileSync(join(out, 'model.onnx')));
    const floats = model.graph!.initializer.flatMap(({ dims, rawData, dataType }) =>
      dataType === 1 && dims.length > 1 ? [...new Float32Array(Uint8Array.from(rawData).buffer)] : [],
    );
    expect(floats.filter((value) => value === 0).length).toBe(printed.zeros);
    expect(JSON.parse(model.metadataProps.find(({ key }) => key === 'pruning')!.value)).toMatchObject({
      share: 0.9,
    });
    const predictor = await loadPredictor(readFileSync(join(out, 'model.bbb')));
    expect(predictor.model.about).toMatchObject({ share: '0.9' });
    expect(
      predictor.predict(new Float32Array(predictor.model.inputShape.reduce((a, b) => a * b, 1))).kind,
    ).toBe('class');
    // The file that tfjs reads first names the file with the weights.
    const json = readFileSync(join(out, 'model.json'), 'utf8');
    expect(json).toContain(printed.files.find(({ name }) => name.endsWith('.bin'))!.name);
  });

  it('replaces a file only with --force', async () => {
    const place = storedTrial();
    const out = join(place, 'exported');
    mkdirSync(out);
    writeFileSync(join(out, 'model.json'), 'mine');
    const refused = await bbb(['export', place, '--format', 'onnx,tfjs', '--out', out]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('exists already');
    expect(readdirSync(out)).toEqual(['model.json']);
    expect(readFileSync(join(out, 'model.json'), 'utf8')).toBe('mine');
    const forced = await bbb(['export', place, '--format', 'onnx,tfjs', '--out', out, '--force']);
    expect(forced.code).toBe(0);
    expect(forced.stdout).toContain('model.onnx');
    expect(readFileSync(join(out, 'model.json'), 'utf8')).toContain('layers-model');
  });

  it('reports what it needs', async () => {
    const place = storedTrial();
    const unknown = await bbb(['export', place, '--format', 'onnx,coreml']);
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('sparse, onnx, tfjs, page')]);
    expect(existsSync(join(place, 'checkpoint-export'))).toBe(false);
  });

  it('reports the error of weights in fewer bits', async () => {
    const place = storedTrial();
    const { code, stdout } = await bbb(['export', place, '--format', 'tfjs', '--quantise', 'uint8']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/uint8: weights are off by \d\.\de-\d at most/);
    expect(existsSync(join(place, 'checkpoint-export', 'model.json'))).toBe(true);
  });
});
