/** The ledger, and who reads and writes it for accounts. */
import type { Issuer } from '../billing/issuer.ts';
import { billsBy, openingsBilledBy } from '../billing/ledger-hooks.ts';
import { readDunning } from '../billing/renewals/dunning.ts';
import { isJob } from '../generations/own-holds.ts';
import { History } from '../ledger/history.ts';
import { Ledger } from '../ledger/ledger.ts';
import { Accounts } from '../ledger/opening.ts';
import { Operations } from '../ledger/operations.ts';
import { PostgresStorage } from '../ledger/postgres-storage.ts';
import type { LedgerStorage } from '../ledger/storage.ts';
import { Violations } from '../ledger/violations.ts';
import { Wallets } from '../ledger/wallets.ts';
import { Written } from '../ledger/written.ts';
import type { Foundation } from './foundation.ts';

/** The ledger of an open server with its readers and writers. */
export interface LedgerParts {
  readonly storage: LedgerStorage;
  /** Whoever wants to know of an append listens here. */
  readonly written: Written;
  readonly violations: Violations;
  readonly ledger: Ledger;
  readonly wallets: Wallets;
  readonly operations: Operations;
  readonly history: History;
  readonly accounts: Accounts;
}

/** Puts it together, with what billing and the generations do in its transactions. */
export function openLedger({ db, clock, journal, policies, secrets, epoch }: Foundation, issuer: Issuer): LedgerParts {
  const { pool } = db;
  const storage = new PostgresStorage(db);
  const written = new Written();
  const violations = new Violations(journal);
  const ledger = new Ledger({ storage, clock, policies, bills: billsBy(issuer), violations, written });
  return {
    storage,
    written,
    violations,
    ledger,
    wallets: new Wallets({ ledger, policies, readDunning: (state) => readDunning(db, state) }),
    operations: new Operations({ ledger, clock, isForeignHold: (accountId, opId) => isJob(pool, accountId, opId) }),
    history: new History({ ledger, storage, pool, signer: secrets.signer, epoch }),
    accounts: new Accounts({ ledger, storage, pool, clock, policies, violations, onOpened: openingsBilledBy(issuer) }),
  };
}
