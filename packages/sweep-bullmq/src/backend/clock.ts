import { BbbError } from '@bbb/core';
import type { Client } from 'pg';

/** How much clocks may differ, milliseconds. BullMQ on PostgreSQL judges a lock by the clock of the machine that reads it. */
const TOLERANCE_MS = 3000;

/** @throws BbbError `E_QUEUE_CLOCK` when this machine's clock is not that of the server */
export async function checkClock(client: Client): Promise<void> {
  const asked = Date.now();
  const { rows } = await client.query<{ ms: string }>(
    'SELECT extract(epoch FROM clock_timestamp()) * 1000 AS ms',
  );
  // Assume that the server read its clock half-way between the question and the answer.
  const ahead = (asked + Date.now()) / 2 - Number(rows[0]!.ms);
  if (Math.abs(ahead) <= TOLERANCE_MS) return;
  const seconds = Math.round(Math.abs(ahead) / 1000);
  throw new BbbError(
    'E_QUEUE_CLOCK',
    `The clock of this machine is ${seconds} s ${ahead > 0 ? 'ahead of' : 'behind'} that of PostgreSQL at ${client.host}.`,
    { hint: 'Set both by NTP: the clock decides which host has a trial.' },
  );
}
