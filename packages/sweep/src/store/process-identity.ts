import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';

/**
 * The start time of a process, as a text that stays the same while it runs and differs for a later process with the same pid, also
 * after a reboot. Undefined when there is no such process; '' if the system does not give the time.
 */
export function processStart(pid: number): string | undefined {
  if (!isAlive(pid)) return undefined;
  if (!isProcOurs()) return '';
  return fromProc(pid) ?? fromPs(pid) ?? '';
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: the process exists and belongs to another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Where process ids are valid: the boot of the machine and the container (its PID namespace), as a text that is the same for all
 * processes in it. '' if the system has no containers, or does not give the text.
 */
export function processSpace(): string {
  try {
    return `${bootId()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return '';
  }
}

function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

/** Whether /proc uses the same process ids as this process: in a container it may be the host's. */
function isProcOurs(): boolean {
  try {
    return readlinkSync('/proc/self') === String(process.pid);
  } catch {
    return true;
  }
}

/** Linux: clock ticks since boot, with the boot's id. */
function fromProc(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in brackets, may contain anything; state is field 3 and the start time field 22.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z') return undefined;
    return `${bootId()} ${fields[19]}`;
  } catch {
    return undefined;
  }
}

/** Other Unix systems give a date. */
function fromPs(pid: number): string | undefined {
  try {
    const text = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
    return text.trim() || undefined;
  } catch {
    return undefined;
  }
}
