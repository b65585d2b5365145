/** Leaving: every step has a bound, so that one that hangs never keeps the others, or the process, from their end. */
export async function within(limitMs: number, work: Promise<unknown>): Promise<void> {
  let patience: NodeJS.Timeout | undefined;
  const enough = new Promise<void>((done) => {
    patience = setTimeout(done, limitMs);
  });
  await Promise.race([work.catch(() => undefined), enough]);
  clearTimeout(patience);
}
