import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { deadline } from '../../packages/sweep/src/run/deadline.js';

/** The time since the start of the process in milliseconds, as the process reads it. */
let now: number;
beforeEach(() => {
  now = 0;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  vi.spyOn(performance, 'now').mockImplementation(() => now);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Lets the process run for this many milliseconds. */
function pass(milliseconds: number): void {
  for (let passed = 0; passed < milliseconds; passed += 10) {
    now += 10;
    vi.advanceTimersByTime(10);
  }
}

it('expires once, after its seconds', () => {
  const expire = vi.fn();
  deadline(4.5, expire);
  pass(4490);
  expect(expire).not.toHaveBeenCalled();
  pass(10_000);
  expect(expire).toHaveBeenCalledTimes(1);
});

it('a pause of any length counts as two steps', () => {
  const expire = vi.fn();
  deadline(5, expire);
  pass(500);
  // The clock continues while the process is suspended, so its timers fire late.
  now += 3_600_000;
  pass(500);
  // Two of the five seconds are over.
  pass(2990);
  expect(expire).not.toHaveBeenCalled();
  pass(10);
  expect(expire).toHaveBeenCalledTimes(1);
});

it('does not expire after it was cancelled', () => {
  const expire = vi.fn();
  const cancel = deadline(2, expire);
  pass(1500);
  cancel();
  pass(5000);
  expect(expire).not.toHaveBeenCalled();
});
