import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { VERSION } from '@bbb/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
// How a host joins is no part of the package's interface.
import { reach } from '../../packages/sweep-bullmq/src/host/join.js';
import type { Announcement } from '../../packages/sweep-bullmq/src/protocol.js';
import { openInbox, type Inbox } from '../../packages/sweep-bullmq/src/transfer/inbox.js';
import { mayMount, mountDisk } from './fixtures/disk.js';
import { temporary } from './fixtures/machines.js';

let folder: ReturnType<typeof temporary>;
let shared: string;
beforeEach(() => {
  folder = temporary();
  shared = join(folder.path, 'shared');
});
afterEach(() => folder.remove());

/** Of a coordinator whose folder has another name there. */
const announcementOf = ({ nonce }: Inbox): Announcement => ({
  queue: 'bbb-1',
  session: '1',
  bbb: VERSION,
  nodeMajor: Number(process.versions.node.split('.')[0]),
  dir: join(folder.path, 'elsewhere'),
  methods: [],
  pruners: [],
  plugins: [],
  data: { options: { use: 'toy', options: {} } as never, sha256: [] },
  nonce,
});

test('a host uses a folder that it sees, and leaves nothing in it', async () => {
  const inbox = await openInbox(shared);
  expect(reach(announcementOf(inbox), { dir: shared })).toHaveProperty('delivery');
  expect(readdirSync(inbox.folder)).toEqual([inbox.nonce]);
  expect(reach(announcementOf(inbox), {})).toContain('it does not see the folder');
});

test.skipIf(!mayMount)(
  'a host that may only read the folder uploads, or is refused with that reason',
  async () => {
    const unmount = mountDisk(shared);
    try {
      const announcement = announcementOf(await openInbox(shared));
      execFileSync('mount', ['-o', 'remount,ro', shared]);
      expect(reach(announcement, { dir: shared })).toMatch(/can't write to the folder .*EROFS.*--listen/);
      const upload = { url: 'http://127.0.0.1:1', token: 'x' };
      expect(reach({ ...announcement, upload }, { dir: shared })).toHaveProperty('delivery');
    } finally {
      unmount();
    }
  },
);
