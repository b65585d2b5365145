/**
 * What is ordered keeps its operation id on disk from before it is sent until its outcome was told. The same command
 * retries with the same id after a kill, a crash or a lost answer, so that nothing is ordered or charged twice.
 */
import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { replaceFile } from '../electron/storage/replace-file.ts';
import { newOpId } from '../electron/world.ts';
import { operationId } from '../shared/credits/codec/quantities.ts';
import type { AccountId, OpId } from '../shared/credits/model/quantities.ts';
import type { Session } from './command.ts';
import { lockFolder } from './folder-lock.ts';
import { CommandFailed, EXIT, type ExitCode, outcomeUnknown } from './outcome.ts';
import { accountFolder } from './places.ts';

const kept = z.object({ opId: operationId });

/** All that makes an order what it is: a different one is another order. */
type OrderFacts = Readonly<Record<string, unknown>>;

/** Where a kind of orders is kept, apart from the others so that none waits for another's lock, and what is said of it. */
export interface OrderKind {
  /** Below the account's own. */
  readonly folder: string;
  /** Of one that an earlier run began. */
  readonly takenUp: string;
  /** No answer came. `reason`: a sentence. */
  readonly unknown: (reason: string) => CommandFailed;
}

const OF_MONEY: OrderKind = {
  folder: 'orders',
  takenUp: 'The same order was interrupted before. It is taken up under its number, so it is charged once at most.',
  unknown: outcomeUnknown,
};

const folderOf = (session: Session, accountId: AccountId, { folder } = OF_MONEY): string =>
  join(accountFolder(session.dataFolder, accountId), folder);
const fileOf = (folder: string, what: OrderFacts): string =>
  join(folder, `${createHash('sha256').update(JSON.stringify(what)).digest('hex').slice(0, 32)}.json`);

/** Whether an earlier run asked for the same and was not told the outcome: a quote would then speak of doing it twice. */
export const wasInterrupted = (session: Session, accountId: AccountId, what: OrderFacts): boolean =>
  read(fileOf(folderOf(session, accountId), what)) !== null;

/** Carries the order out under an id that is kept until the outcome is known. */
export async function ordered<T>(
  session: Session,
  accountId: AccountId,
  what: OrderFacts,
  carryOut: (opId: OpId, isTakenUp: boolean) => Promise<T>,
  kind: OrderKind = OF_MONEY,
): Promise<T> {
  const folder = folderOf(session, accountId, kind);
  const lock = lockFolder(folder);
  const file = fileOf(folder, what);
  const before = read(file);
  const opId = before ?? newOpId(session.world.ids);
  try {
    if (before === null) replaceFile(file, `${JSON.stringify({ opId, ...what })}\n`, 0o600);
    else session.screen.note(kind.takenUp);
    const outcome = await carryOut(opId, before !== null);
    rmSync(file, { force: true });
    return outcome;
  } catch (error) {
    // A refusal is final; an operation with unknown outcome is retried by the next run, under the same id.
    if (error instanceof CommandFailed && isFinal(error)) rmSync(file, { force: true });
    // It was sent, or may have been: only what came back of the order itself says what became of it.
    if (error instanceof CommandFailed && error.unanswered !== null) throw kind.unknown(error.unanswered);
    if (error instanceof CommandFailed && error.exit === EXIT.signIn && before !== null) throw stillUnknown(error);
    throw error;
  } finally {
    lock.end();
  }
}

const undecided: ReadonlySet<ExitCode> = new Set([EXIT.offline, EXIT.interrupted, EXIT.signIn, EXIT.partly]);
const isFinal = ({ exit }: CommandFailed): boolean => !undecided.has(exit);

/** The sign-in is refused now; what an earlier run sent may have been carried out. */
const stillUnknown = ({ exit, problem }: CommandFailed): CommandFailed =>
  new CommandFailed(exit, {
    ...problem,
    message: `${problem.message} Whether the order of the earlier run was carried out is not known; it keeps its number.`,
  });

function read(file: string): OpId | null {
  try {
    return kept.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data?.opId ?? null;
  } catch {
    return null;
  }
}
