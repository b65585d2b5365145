/** Who waits for whom: the server says that it cannot before the studio has given up, and lives louder than the studio's suspicion. */
import { describe, expect, it } from 'vitest';
import { FIRST_PATIENCE_MS, FIRST_WORD_WITHIN_MS, QUIET_AT_MOST_MS } from '../../../electron/wallet/http/limits.ts';
import { ANSWER_MS, CONNECT_MS, HEALTH_MS, IDLE_IN_TRANSACTION_MS, LOCK_MS, SILENCE_MS, STATEMENT_MS } from '../../../server/db/limits.ts';
import { STREAM_HEARTBEAT_MS } from '../../../shared/api/index.ts';

describe('the server answers before the studio gives up', () => {
  it.each([
    ['a whole request', ANSWER_MS],
    ['a connection and then a silent PostgreSQL', CONNECT_MS + SILENCE_MS],
    ['a connection and then a lock', CONNECT_MS + LOCK_MS],
  ])('%s', (_what, ms) => expect(ms).toBeLessThan(FIRST_PATIENCE_MS));

  it('whether it is well, within about a second', () => expect(HEALTH_MS).toBeLessThanOrEqual(1_000));
  it('a lock that a lost transaction keeps is waited for until it is undone', () =>
    expect(LOCK_MS).toBeGreaterThan(IDLE_IN_TRANSACTION_MS));
  it('our own clock leaves PostgreSQL the time to end a statement itself', () => expect(SILENCE_MS).toBeGreaterThan(STATEMENT_MS));
});

it('a stream beats twice before the studio takes it for dead, and at once when it is opened', () => {
  expect(2 * STREAM_HEARTBEAT_MS).toBeLessThan(QUIET_AT_MOST_MS);
  expect(STREAM_HEARTBEAT_MS).toBeLessThan(FIRST_WORD_WITHIN_MS);
});
