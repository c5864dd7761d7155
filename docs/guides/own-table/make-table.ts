import { writeFileSync } from 'node:fs';

/** Flats in three towns. The price depends on all columns, and a little on noise. */
const towns = { Aalen: 2.1, Bonn: 3.2, Ulm: 2.6 };

const rows = Array.from({ length: 400 }, (_, i) => {
  const area = 25 + ((i * 37) % 110);
  const floor = (i * 7) % 6;
  const [town, level] = Object.entries(towns)[Math.floor(i / 2) % 3]!;
  const price = area * level + 6 * floor + ((i * 53) % 21) - 10;
  return [`flat ${i}`, area, floor, i % 29 === 0 ? '' : town, price.toFixed(1)].join(',');
});

writeFileSync('flats.csv', ['id,area,floor,town,price', ...rows, ''].join('\n'));
