/** Waits for what the server has to answer, but not for ever: it may be gone. Failures don't matter. */
export async function inTime(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([work.catch(() => undefined), patience]);
  clearTimeout(timer);
}
