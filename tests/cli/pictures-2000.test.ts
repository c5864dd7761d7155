import { it } from 'vitest';
import { expectSameNetworks } from './same-pictures.js';

it('a folder of 2,000 pictures gives the same networks as IDX files of the same pictures', async () => {
  await expectSameNetworks(1700, 300);
});
