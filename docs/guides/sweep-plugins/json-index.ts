import { join } from 'node:path';
import { definePlugin, writeFileAtomic, type IndexRow } from '@bbb/core';
import { z } from 'zod';

export default definePlugin({
  name: 'bbb-plugin-json-index',
  stores: {
    json: {
      description: 'The index as one JSON file, sweep.index.json in the folder of the sweep.',
      options: z.strictObject({}),
      async open(_, { dir, rows: found }) {
        let rows: readonly IndexRow[] = found;
        const write = (): Promise<void> =>
          writeFileAtomic(join(dir, 'sweep.index.json'), Buffer.from(JSON.stringify(rows)));
        await write();
        return {
          rows: () => rows,
          async add(more) {
            rows = [...rows, ...more];
            await write();
          },
          async update(changes) {
            const byId = new Map(changes.map((change) => [change.id, change]));
            rows = rows.map((row) => ({ ...row, ...byId.get(row.id) }));
            await write();
          },
          close: () => undefined,
        };
      },
    },
  },
});
