/** What went wrong at the database and will pass: told from faults of our own, which will not. */
import pg from 'pg';

/**
 * away: there is no connection, or none any more, or PostgreSQL starts, ends or cannot write.
 * busy: it is there, but something took longer than is waited for, or somebody else has what was needed.
 */
export type Trouble = 'away' | 'busy';

/** PostgreSQL's own codes (Appendix A of its manual), by their beginning. */
const BY_CODE: readonly (readonly [prefix: string, trouble: Trouble])[] = [
  ['08', 'away'],
  ['53', 'away'],
  ['57P', 'away'],
  ['58', 'away'],
  // A server that became a standby: its successor is found by the next connection.
  ['25006', 'away'],
  // The transaction was ended because nothing came any more.
  ['25P03', 'away'],
  ['57014', 'busy'],
  ['55P03', 'busy'],
  ['40', 'busy'],
];

const SOCKET = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN']);

/** node-postgres names these by their words only. */
const WORDS =
  /^(Connection terminated|timeout exceeded when trying to connect|timeout expired|Query read timeout|Client has encountered a connection error|Client was closed|Connection ended)/;

/** null: none of the database's. */
export function troubleOf(error: unknown): Trouble | null {
  if (error instanceof pg.DatabaseError) {
    const { code = '' } = error;
    return BY_CODE.find(([prefix]) => code.startsWith(prefix))?.[1] ?? null;
  }
  if (error instanceof SemaphoreTimeout) return 'busy';
  if (!(error instanceof Error)) return null;
  if (WORDS.test(error.message)) return 'away';
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (error instanceof AggregateError) return error.errors.some((one) => troubleOf(one) !== null) ? 'away' : null;
  // A file that is missing is something else than a socket that is.
  if (syscall === 'connect' && (code === 'ENOENT' || code === 'EACCES')) return 'away';
  // Of connections to anywhere else (a provider, a mail server) nobody hears by this name: their clients wrap what they throw.
  return code !== undefined && SOCKET.has(code) ? 'away' : null;
}

/** Too many ran before it, or waited: the work was not begun. */
export class SemaphoreTimeout extends Error {}
