/**
 * What the ledger has done by those above it, handed in when the server is put together: it imports none of them. All of it runs inside the ledger's own
 * transaction where a client is given, so that both are written or neither.
 */
import type pg from 'pg';
import type { AccountRequest, Dunning } from '../../shared/api/index.ts';
import type { AccountState, Entry } from '../../shared/credits/model/model.ts';
import type { Policy } from '../../shared/credits/model/policy.ts';
import type { AccountId, OpId } from '../../shared/credits/model/quantities.ts';

/** Entries that time brings may have to be billed; the bill is written with them or not at all. */
export interface Bills {
  /** Whether any of the entries is to be billed, or pays money out. */
  needed(entries: readonly Entry[]): boolean;
  /** `state`: after the entries; `policy`: as the account is under it, every version. */
  issue(client: pg.PoolClient, about: { readonly policy: Policy; readonly state: AccountState }, entries: readonly Entry[]): Promise<void>;
  /** What goes back to the customer, once everything of the same append is billed and credited. */
  payOut(client: pg.PoolClient, accountId: AccountId, entries: readonly Entry[]): Promise<void>;
}

/** An account that was just opened, in the transaction that opens it. */
export interface Opened {
  readonly accountId: AccountId;
  readonly policy: Policy;
  /** Those of the opening itself, without what time brought at once. */
  readonly entries: readonly Entry[];
  /** What it may buy before it pays, as it was asked for; undefined: nothing was said. */
  readonly onAccount: AccountRequest['onAccount'];
}

/** What is written beside an opening: its first bill, what it may owe. */
export type OnOpened = (client: pg.PoolClient, opened: Opened) => Promise<void>;

/** Whether the hold belongs to a job of the server's own: then its client may neither settle nor release it. */
export type IsForeignHold = (accountId: AccountId, opId: OpId) => Promise<boolean>;

/** What an account has to know about a renewal that is not paid; null: nothing. */
export type ReadDunning = (state: AccountState) => Promise<Dunning | null>;
