/** Work that goes on as long as there is more of it, with a bound: what is left over is there for the next run. */

/** Rounds of one run. The chores run every half minute, so that a backlog is worked off and nothing else waits behind it for ever. */
export const ROUNDS_A_RUN = 1_000;

/** Runs `round` until it says that there is no more, at most `most` times. Answers whether it came to the end. */
export async function inRounds(round: () => Promise<boolean>, most = ROUNDS_A_RUN): Promise<boolean> {
  for (let rounds = 0; rounds < most; rounds += 1) if (!(await round())) return true;
  return false;
}
