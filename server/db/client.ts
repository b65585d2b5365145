/** The one kind of connection that this server has: with a bound on every wait, and one that can be lost at any moment. */
import pg from 'pg';
import { BACKGROUND_STATEMENT_MS, CONNECT_MS, IDLE_IN_TRANSACTION_MS, LOCK_MS, SILENCE_MS, STATEMENT_MS } from './limits.ts';

/**
 * node-postgres tells of a lost connection by `error`, more than once, whoever has the client at that moment and whether it works or not; unheard it
 * ends the process. Whatever was under way rejects by itself and the next query does too: there is nothing else to hear.
 */
export class Client extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    this.on('error', () => undefined);
  }
}

/** The bounds, for a connection that answers requests. */
export const BOUNDS = {
  connectionTimeoutMillis: CONNECT_MS,
  statement_timeout: STATEMENT_MS,
  query_timeout: SILENCE_MS,
  lock_timeout: LOCK_MS,
  idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
} satisfies pg.ClientConfig;

/** Instead of theirs, for the background. */
export const PATIENT = {
  statement_timeout: BACKGROUND_STATEMENT_MS,
  query_timeout: BACKGROUND_STATEMENT_MS + CONNECT_MS,
} satisfies pg.ClientConfig;
