import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BbbError, isDiskFull, writeFileAtomic, type SweepData } from '@bbb/core';
import { reportFiles, type ReportFile, type ReportFormat } from './files.js';
import type { ReportOptions } from './html/report.js';

/**
 * Writes a report below a folder, which is made if it does not exist. Files of an earlier report are replaced.
 * @param data a sweep, as `readSweep` gives it
 * @param dir folder to write below
 * @param formats what to write: html, md, csv, json, svg, png, tensorboard
 * @param options title, origin, command and question of the report; see ReportOptions
 * @returns the paths written
 * @throws BbbError `E_REPORT_WRITE` when the folder can't be written, `E_DISK_FULL`; files that existed before stay whole
 */
export async function writeReport(
  data: SweepData,
  dir: string,
  formats: readonly ReportFormat[],
  options: ReportOptions = {},
): Promise<string[]> {
  return writeFiles(dir, reportFiles(data, formats, options));
}

/**
 * Writes files below a folder, which is made if it does not exist.
 * @param dir folder to write below
 * @param files paths below that folder, with their contents
 * @throws BbbError `E_REPORT_WRITE`, `E_DISK_FULL`
 */
export async function writeFiles(dir: string, files: readonly ReportFile[]): Promise<string[]> {
  const written: string[] = [];
  for (const { path, content } of files) {
    const target = join(dir, ...path.split('/'));
    try {
      await mkdir(dirname(target), { recursive: true });
      await writeFileAtomic(target, content);
    } catch (cause) {
      if (isDiskFull(cause)) {
        throw new BbbError('E_DISK_FULL', `The disk is full: can't write ${target}.`, {
          hint: 'Free some space, or choose another folder with --out.',
          cause,
        });
      }
      throw new BbbError('E_REPORT_WRITE', `Can't write ${target}: ${reasonOf(cause)}.`, {
        hint: 'Choose another folder with --out, or change its permissions.',
        cause,
      });
    }
    written.push(target);
  }
  return written;
}

/** Node's message without the call and its path, which is that of a temporary file: "EACCES: permission denied, open '/r/.x.tmp'". */
function reasonOf(cause: unknown): string {
  return (cause as Error).message.replace(/, \w+ '.*$/s, '');
}
