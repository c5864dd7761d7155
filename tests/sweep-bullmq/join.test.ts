import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { VERSION } from '@bbb/core';
import { beforeEach, expect, test } from 'vitest';
// The package does not export the code with which a host joins.
import { reach } from '../../packages/sweep-bullmq/src/host/join.js';
import type { Announcement } from '../../packages/sweep-bullmq/src/protocol.js';
import { openInbox, type Inbox } from '../../packages/sweep-bullmq/src/transfer/inbox.js';
import { mayMount, mountDisk } from '../support/machines/disk.js';
import { temporaryFolder } from '../support/folders.js';

let folder: string;
let shared: string;
beforeEach(() => {
  folder = temporaryFolder();
  shared = join(folder, 'shared');
});

/** The announcement of a coordinator whose folder has another path on its machine. */
const announcementOf = ({ nonce }: Inbox): Announcement => ({
  queue: 'bbb-1',
  session: '1',
  bbb: VERSION,
  nodeMajor: Number(process.versions.node.split('.')[0]),
  dir: join(folder, 'elsewhere'),
  methods: [],
  pruners: [],
  networks: [],
  likelihoods: [],
  procedures: [],
  plugins: [],
  data: { options: { use: 'toy', options: {} } as never, sha256: [] },
  nonce,
});

test('a host uses a folder that it can reach, and leaves no files of its own in it', async () => {
  const inbox = await openInbox(shared);
  expect(reach(announcementOf(inbox), { dir: shared })).toHaveProperty('delivery');
  expect(readdirSync(inbox.folder)).toEqual([inbox.nonce]);
  expect(reach(announcementOf(inbox), {})).toContain('it does not see the folder');
});

test.skipIf(!mayMount)(
  'a host that can only read the folder uploads, or is refused with that reason',
  async () => {
    const unmount = mountDisk(shared);
    try {
      const announcement = announcementOf(await openInbox(shared));
      execFileSync('mount', ['-o', 'remount,ro', shared]);
      expect(reach(announcement, { dir: shared })).toMatch(/can't write to the folder .*EROFS.*--listen/);
      const upload = { url: 'http://127.0.0.1:1', token: 'x' };
      const uploadTo = ['127.0.0.1'];
      expect(reach({ ...announcement, upload }, { dir: shared, uploadTo })).toHaveProperty('delivery');
    } finally {
      unmount();
    }
  },
);

test.each<[string, string, string[], boolean]>([
  ['nothing', 'http://10.0.0.1:7070', [], false],
  ['the machine', 'http://10.0.0.1:7070', ['10.0.0.1'], true],
  ['the machine and the port', 'http://10.0.0.1:7070/', ['other', '10.0.0.1:7070'], true],
  ['a name in capitals', 'http://node-1:7070', ['Node-1'], true],
  ['an IPv6 address', 'http://[::1]:7070', ['[::1]'], true],
  ['another port', 'http://10.0.0.1:22', ['10.0.0.1:7070'], false],
  ['a longer name', 'http://10.0.0.1.evil.example:7070', ['10.0.0.1'], false],
  ['another machine', 'http://169.254.169.254', ['10.0.0.1'], false],
])('a host that was allowed %s uploads to %s or does not', async (_, url, uploadTo, allowed) => {
  const announcement = { ...announcementOf(await openInbox(shared)), upload: { url, token: 'x' } };
  const reached = reach(announcement, { uploadTo });
  if (allowed) expect(reached).toHaveProperty('delivery');
  else expect(reached).toContain(`--upload-to ${new URL(url).host}`);
});

test.each([
  'http://user:secret@10.0.0.1:7070',
  'http://10.0.0.1:7070/latest/meta-data',
  'http://10.0.0.1:7070?x',
  'file:///etc/passwd',
  'ftp://10.0.0.1',
])('%s is not accepted as the address of a coordinator', async (url) => {
  const announcement = { ...announcementOf(await openInbox(shared)), upload: { url, token: 'x' } };
  expect(reach(announcement, { uploadTo: ['10.0.0.1'] })).toBe(
    'its announcement can not be parsed: run the same version of bbb on all machines.',
  );
});
