import { randomUUID } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson, safeParse, type Datasets } from '@bbb/core';
import { announcementSchema, type Announcement, type AnnouncementHead } from '../protocol.js';
import { sharedDelivery, uploadDelivery, type Delivery } from '../transfer/delivery.js';
import { inboxFolder } from '../transfer/inbox.js';
import type { WorkerOptions } from './options.js';
import { prepare, versionReason, type HostHas } from './refusal.js';

type Reach = Pick<WorkerOptions, 'dir' | 'upload' | 'uploadTo'>;

/** What a host needs to take part in a sweep. */
export interface Membership {
  readonly announcement: Announcement;
  readonly datasets: Datasets;
  readonly delivery: Delivery;
}

/** Joins a sweep, or says in one sentence or two why this host can't take part. */
export async function joinSweep(
  head: AnnouncementHead,
  has: HostHas,
  options: Reach,
): Promise<Membership | string> {
  const reached = reach(head, options);
  if (typeof reached === 'string') return reached;
  const unreachable = await reached.delivery.check().then(
    () => undefined,
    (error: Error) => error,
  );
  if (unreachable) {
    const { upload } = reached.announcement;
    return `it can't reach the coordinator at ${upload?.url} (${reasonOf(unreachable)}); start the sweep with --listen at an address that this host can reach.`;
  }
  const datasets = await prepare(reached.announcement, has);
  return typeof datasets === 'string' ? datasets : { ...reached, datasets };
}

/** The reason of a failed `fetch` is in its cause. */
function reasonOf({ message, cause }: Error): string {
  return cause instanceof Error && cause.message ? cause.message : message;
}

/** Parses an announcement and chooses how to exchange files with its coordinator, or returns the reason why that is impossible. */
export function reach(head: AnnouncementHead, options: Reach): Omit<Membership, 'datasets'> | string {
  const reason = versionReason(head);
  if (reason !== undefined) return reason;
  const { data: announcement } = safeParse(announcementSchema, head);
  if (!announcement)
    return 'its announcement can not be parsed: run the same version of bbb on all machines.';
  const delivery = deliveryOf(announcement, options);
  return typeof delivery === 'string' ? delivery : { announcement, delivery };
}

/** Whether a restarted coordinator needs the same versions, plugins and data as before. */
export function asksTheSame(now: AnnouncementHead, before: Announcement): boolean {
  const { data: announcement } = safeParse(announcementSchema, now);
  const text = (announced: Announcement): string => {
    const { bbb, nodeMajor, methods, pruners, networks, likelihoods, procedures, plugins, data } = announced;
    const needs = { methods, pruners, networks, likelihoods, procedures };
    return canonicalJson({ bbb, nodeMajor, ...needs, plugins, data });
  };
  return announcement !== undefined && text(announcement) === text(before);
}

function deliveryOf(
  announcement: Announcement,
  { dir: own, upload = false, uploadTo = [] }: Reach,
): Delivery | string {
  let reason = upload
    ? 'it only uploads;'
    : `it does not see the folder ${announcement.dir}; give it as --dir, or`;
  for (const dir of upload ? [] : [own, announcement.dir]) {
    if (dir === undefined || !existsSync(join(inboxFolder(dir), announcement.nonce))) continue;
    const code = writeError(inboxFolder(dir));
    if (code === undefined) return sharedDelivery(dir);
    reason = `it can't write to the folder ${inboxFolder(dir)} (${code}); allow it, or`;
  }
  if (!announcement.upload) return `${reason} start the sweep with --listen.`;
  // Anybody who can write to the notice board could otherwise make this host send requests to any address.
  const { host } = new URL(announcement.upload.url);
  if (!uploadTo.some((allowed) => isAllowed(host, allowed)))
    return `it may not upload to ${host}: start bbb worker with --upload-to ${host}.`;
  return uploadDelivery(announcement.upload);
}

/** Whether an address is allowed. An allowed address without a port stands for every port. */
function isAllowed(host: string, allowed: string): boolean {
  return host === allowed.toLowerCase() || host.replace(/:\d+$/, '') === allowed.toLowerCase();
}

/**
 * The reason why no file can be written into a folder, if there is one. It writes a file, because permissions say nothing about a
 * read-only file system.
 */
function writeError(folder: string): string | undefined {
  const probe = join(folder, `probe-${randomUUID()}`);
  try {
    writeFileSync(probe, 'x');
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  } finally {
    rmSync(probe, { force: true });
  }
}
