/**
 * What a processed photo costs, once: the operation's id is on disk before it is sent, under what the photo and the steps are. Run
 * again after a kill, the same hold is settled; run again later, what was paid for is made again for nothing.
 */
import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { replaceFile } from '../../electron/settings.ts';
import { authoriseAnswer, paths, receipt } from '../../shared/api.ts';
import type { Chain } from '../../shared/edit/processing/chain.ts';
import type { Asking } from '../asking.ts';
import { CommandFailed, EXIT } from '../outcome.ts';

const kept = z.object({ opId: z.string(), settled: z.boolean() });

export interface PaidParts {
  readonly asking: Asking;
  readonly folder: string;
  readonly newId: () => string;
}

/** What was asked for: the photo's content, the steps, and the content of the watermarks. */
export const keyOf = (photo: string, chain: Chain, watermarks: readonly string[]): string =>
  createHash('sha256')
    .update(JSON.stringify([photo, chain, watermarks]))
    .digest('hex')
    .slice(0, 40);

/**
 * Holds, lets `make` do the work, settles; answers what was charged now. Whatever `make` throws gives the hold back.
 * @param again pay once more for what was paid for before
 */
export async function paidOnce(
  { asking, folder, newId }: PaidParts,
  key: string,
  photo: string,
  chain: Chain,
  again: boolean,
  make: () => Promise<void>,
): Promise<string> {
  const file = join(folder, `${key}.json`);
  const before = read(file);
  if (before?.settled === true && !again) {
    await make();
    return '0';
  }
  const opId = before !== null && !before.settled && (await isOpen(asking, before.opId)) ? before.opId : newId();
  replaceFile(file, JSON.stringify({ opId, settled: false }));
  const operation = { opId, kind: 'process', photo, steps: chain.map(({ kind }) => kind) };
  let charged: string;
  try {
    await asking.post(paths.operations, { atomic: true, operations: [operation] }, authoriseAnswer);
    await make();
    charged = (await asking.post(paths.settle(opId), {}, receipt)).charged;
  } catch (error) {
    if (isUnjudged(error)) throw error;
    rmSync(file, { force: true });
    // It may not be held at all; then there is nothing to give back.
    await asking.post(paths.release(opId), { reason: 'failed' }, receipt).catch(() => undefined);
    throw error;
  }
  replaceFile(file, JSON.stringify({ opId, settled: true }));
  return charged;
}

/** Nobody knows what became of it: the id stays for the next run. */
export const isUnjudged = (error: unknown): boolean =>
  error instanceof CommandFailed && (error.exit === EXIT.offline || error.exit === EXIT.signIn);

/** Whether an interrupted run's operation can be gone on with: held, settled, or never arrived. */
async function isOpen(asking: Asking, opId: string): Promise<boolean> {
  try {
    const { status } = await asking.get(paths.operation(opId), receipt);
    return status === 'held' || status === 'settled';
  } catch (error) {
    if (error instanceof CommandFailed && error.problem.code === 'not_found') return true;
    throw error;
  }
}

function read(file: string): z.infer<typeof kept> | null {
  try {
    return kept.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data ?? null;
  } catch {
    return null;
  }
}
