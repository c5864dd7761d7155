import { readFileSync } from 'node:fs';
import { cpus, platform, release, totalmem } from 'node:os';

/** The machine and versions that the numbers were measured with. */
export function machine(): Record<string, string | number> {
  const version = (name: string): string => {
    const file = new URL(`../node_modules/${name}/package.json`, import.meta.url);
    return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
  };
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()}`,
    node: process.version,
    v8: process.versions.v8,
    tfjs: version('@tensorflow/tfjs-backend-wasm'),
    jaxJs: version('@jax-js/jax'),
  };
}
