/**
 * How long anything waits for the database. All together stay below what the studio waits for an answer (20 s), so that whoever asks
 * is told, and asks again under the same operation id.
 */
/** A new connection, or a free one of the pool. */
export const CONNECT_MS = 5_000;
/** One statement, by PostgreSQL's own clock. */
export const STATEMENT_MS = 10_000;
/** The same by ours, for a PostgreSQL that says nothing at all any more. */
export const SILENCE_MS = STATEMENT_MS + 1_000;
/** A transaction whose server sent nothing more is undone: a paused server, or one that the network lost, must not keep its locks. */
export const IDLE_IN_TRANSACTION_MS = 5_000;
/** A lock: longer than a lost transaction keeps one, so that who waits for such a one gets it. */
export const LOCK_MS = 7_000;
/** A whole request. */
export const ANSWER_MS = 15_000;
/** A transaction that asks a payment provider while it keeps nothing but its own row. */
export const PROVIDER_IN_TRANSACTION_MS = 90_000;
/** Whether the database answers at all. */
export const HEALTH_MS = 1_000;
/** A statement that goes through all accounts, in the background. */
export const BACKGROUND_STATEMENT_MS = 120_000;
