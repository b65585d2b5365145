/** Speaks to the running app through the page's own bridge, as the renderer does. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright';
import type { Batch, CallInput, CallName, CallOutput } from '../../shared/ipc/index.ts';
import type { WalletView } from '../../shared/ipc/wallet.ts';
import type { Problem, Result } from '../../shared/result.ts';

/** A call that answered with a problem: what the page would have shown. */
export class CallRefused extends Error {
  readonly problem: Problem;
  constructor(name: CallName, problem: Problem) {
    super(`${name}: ${problem.code}: ${problem.message}`);
    this.problem = problem;
  }
}

/** Calls as the page does, and answers what came back: a value or a problem. */
export async function askResult<N extends CallName>(page: Page, name: N, input: CallInput<N>): Promise<Result<CallOutput<N>>> {
  const answer = await page.evaluate(([call, value]) => window.backlot.call(call, value as never), [name, input] as const);
  // The bridge's type for this very name; `evaluate` only knows the union.
  return answer as Result<CallOutput<N>>;
}

/** Calls and unwraps; throws CallRefused. */
export async function ask<N extends CallName>(page: Page, name: N, input: CallInput<N>): Promise<CallOutput<N>> {
  const answer = await askResult(page, name, input);
  if (!answer.ok) throw new CallRefused(name, answer.error);
  return answer.value;
}

const BETWEEN_QUESTIONS_MS = 50;

/** Asks again until the answer satisfies the condition; throws with the last answer when that takes too long. */
export async function until<N extends CallName>(
  page: Page,
  name: N,
  input: CallInput<N>,
  condition: (value: CallOutput<N>) => boolean,
  timeoutMs = 60_000,
): Promise<CallOutput<N>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await ask(page, name, input);
    if (condition(value)) return value;
    if (performance.now() > deadline)
      throw new Error(`${name} did not come to it in ${timeoutMs} ms: ${JSON.stringify(value).slice(0, 2000)}`);
    await pause(BETWEEN_QUESTIONS_MS);
  }
}

/** The wallet, once the server has confirmed it. */
export async function onlineWallet(page: Page, timeoutMs = 60_000): Promise<WalletView> {
  const ready = await until(
    page,
    'wallet.get',
    undefined,
    ({ wallet, connection }) => wallet !== null && connection.state === 'online',
    timeoutMs,
  );
  if (ready.wallet === null) throw new Error('The wallet went away between two questions.');
  return ready.wallet;
}

/** The batch, once nothing of it is left to do. */
export async function finishedBatch(page: Page, batchId: string, timeoutMs = 600_000): Promise<Batch> {
  const done = (batch: Batch): boolean => batch.id === batchId && (batch.state === 'finished' || batch.state === 'cancelled');
  const batches = await until(page, 'applying.batches', undefined, (all) => all.some(done), timeoutMs);
  const found = batches.find(done);
  if (found === undefined) throw new Error(`The batch ${batchId} is not there any more.`);
  return found;
}
