/** The wallet's two files. `outbox.db` holds what the server has not confirmed: never lost. `cache.db` can always be fetched again. */
import type { Migrations } from '../../storage/sqlite.ts';

/** One step for each version of outbox.db. */
export const outboxMigrations: Migrations = [
  `
  CREATE TABLE request (
    -- The operation id, made before anything was sent; permanent.
    op_id TEXT PRIMARY KEY,
    -- Whose: it is only ever sent on this account's behalf.
    account_id TEXT NOT NULL,
    -- purchase, report
    kind TEXT NOT NULL,
    path TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    -- waiting, done, refused
    state TEXT NOT NULL DEFAULT 'waiting',
    -- What the server said, for ever.
    answer TEXT,
    answered_at INTEGER
  ) STRICT;
  CREATE INDEX request_waiting ON request (op_id) WHERE state = 'waiting';
  `,
];

/** One step for each version of cache.db. */
export const cacheMigrations: Migrations = [
  `
  CREATE TABLE entry (
    seq INTEGER PRIMARY KEY,
    op_id TEXT NOT NULL,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    amount TEXT NOT NULL,
    slices TEXT NOT NULL,
    available_after TEXT NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX entry_by_kind ON entry (kind, seq);
  CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  -- The engine's state after the last entry, so that a start does not replay a million of them.
  CREATE TABLE replayed (id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL, state TEXT NOT NULL) STRICT;
  CREATE TABLE invoice (number TEXT PRIMARY KEY, issued_at TEXT NOT NULL, invoice TEXT NOT NULL) STRICT;
  `,
  `
  -- An operation is one line of the history: its hold is found from what became of it, and the other way round.
  ALTER TABLE entry ADD COLUMN hold_id TEXT GENERATED ALWAYS AS (CASE WHEN json_valid(body) THEN json_extract(body, '$.holdId') END) VIRTUAL;
  CREATE INDEX entry_by_hold ON entry (hold_id) WHERE hold_id IS NOT NULL;
  CREATE INDEX hold_by_operation ON entry (op_id) WHERE kind = 'held';
  -- The balance with what is held still in it; filled in by balances.ts.
  ALTER TABLE entry ADD COLUMN balance_after TEXT;
  `,
];
