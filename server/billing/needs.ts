/** What billing may need from below it. Every function names the members that it uses, and is handed no more. */
import type pg from 'pg';
import type { Clock } from '../clock.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Issuer } from './issuer.ts';
import type { OnAccount } from './on-account.ts';

/** Pick from it what a function uses. */
export interface Needs {
  readonly ledger: Ledger;
  readonly pool: pg.Pool;
  readonly clock: Clock;
  /** Who bills. */
  readonly issuer: Issuer;
  /** What an account may buy before it pays. */
  readonly onAccount: OnAccount;
}
