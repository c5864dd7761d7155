import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encode } from 'fast-png';

const SIDE = 16;
const PER_CLASS = 80;

/** Whether a point is inside a shape with radius 1 and its centre at 0. */
const shapes: Record<string, (x: number, y: number) => boolean> = {
  disc: (x, y) => x * x + y * y < 1,
  ring: (x, y) => x * x + y * y < 1 && x * x + y * y > 0.4,
  square: (x, y) => Math.abs(x) < 0.9 && Math.abs(y) < 0.9,
};

/** Grey pixels: the shape in one of a few sizes, places and shades, over some noise. */
function draw(inside: (x: number, y: number) => boolean, i: number): Uint8Array {
  const radius = 4 + (i % 3);
  const left = 7.5 + ((i * 7) % 5) - 2;
  const top = 7.5 + ((i * 3) % 5) - 2;
  const ink = 120 + ((i * 37) % 136);
  return Uint8Array.from({ length: SIDE * SIDE }, (_, at) => {
    const [x, y] = [(at % SIDE) - left, Math.floor(at / SIDE) - top];
    return inside(x / radius, y / radius) ? ink : (i * at) % 40;
  });
}

for (const [name, inside] of Object.entries(shapes)) {
  const folder = join('pictures', name);
  mkdirSync(folder, { recursive: true });
  for (let i = 0; i < PER_CLASS; i++) {
    const picture = encode({ width: SIDE, height: SIDE, channels: 1, depth: 8, data: draw(inside, i) });
    writeFileSync(join(folder, `${String(i).padStart(3, '0')}.png`), picture);
  }
}
