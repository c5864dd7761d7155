import { BbbError } from '@bbb/core';
import { SchemaVersionMismatchError, UnsupportedPostgresVersionError } from 'bullmq';

/** Error codes of the system, and of PostgreSQL when it stops, starts, or has no connection left. */
const LOST_CODES =
  /^(ECONN\w+|EPIPE|ETIMEDOUT|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ENOENT|57P0[123]|08\w{3}|53300)$/;
/** Messages of `pg`, which gives no codes. */
const LOST_MESSAGES = /connection terminated|connection error|timeout (expired|exceeded)/i;

/** Whether the server can't be reached, but may be later. */
export function isLost(thrown: unknown): boolean {
  const { code, message = '' } = thrown as { code?: string; message?: string };
  return (code !== undefined && LOST_CODES.test(code)) || LOST_MESSAGES.test(message);
}

/** An error of PostgreSQL, its client or BullMQ, with a hint what to do. */
export function postgresError(
  cause: Error & { readonly code?: string | undefined },
  address: string,
): BbbError {
  if (cause instanceof BbbError) return cause;
  const where = `PostgreSQL at ${address}`;
  // A host name with several IPs gives one error for each.
  const reason = cause.message || String(cause.code ?? (cause as AggregateError).errors?.[0]);
  const error = (code: string, message: string, hint: string): BbbError =>
    new BbbError(code, message, { hint, cause });
  if (isLost(cause))
    return error('E_QUEUE_DOWN', `${where} does not answer: ${reason}.`, 'Start it, or correct the address.');
  if (cause.code?.startsWith('28') === true || /password/i.test(reason)) {
    return error(
      'E_QUEUE_ACCESS',
      `${where} refuses this role or password: ${reason}.`,
      'Give the role and the password in the address (postgres://user:password@host/database), in PGPASSWORD, or in ~/.pgpass.',
    );
  }
  switch (cause.code) {
    case '3D000':
      return error(
        'E_QUEUE_DATABASE',
        `${where}: ${reason}.`,
        'Name one that exists after the host (postgres://user@host/database), or make it with createdb.',
      );
    case '42501':
      return error(
        'E_QUEUE_ACCESS',
        `${where}: ${reason}.`,
        'The role needs the right to use the schema bullmq and what is in it.',
      );
    case '53100':
    case '53200':
      return error(
        'E_QUEUE_FULL',
        `${where} has no room left for more trials: ${reason}.`,
        'Make room and run the same command again: finished trials are kept.',
      );
  }
  if (cause instanceof UnsupportedPostgresVersionError || cause instanceof SchemaVersionMismatchError)
    return error('E_QUEUE_VERSION', `${where}: ${reason}`, 'Use a newer PostgreSQL, or a newer bbb.');
  return error('E_QUEUE', `${where} can't be used: ${reason}.`, 'Try the same address with psql.');
}
