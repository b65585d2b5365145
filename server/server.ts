/** The credit server without HTTP, put together floor by floor: nothing is closed over before it exists. */
import type { Clock } from './clock.ts';
import type { Database } from './db/database.ts';
import type { Authenticator } from './identity/auth.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { Accounts } from './ledger/opening.ts';
import type { Operations } from './ledger/operations.ts';
import type { Policies } from './ledger/policies.ts';
import type { Violations } from './ledger/violations.ts';
import { openBilling, openSelling } from './opening/billing.ts';
import { openFoundation } from './opening/foundation.ts';
import { openLedger } from './opening/ledger.ts';
import { openMessages } from './opening/messages.ts';
import { openReporting } from './opening/reports.ts';
import { routesOf } from './opening/routes.ts';
import { Undo } from './opening/undo.ts';
import { startWork } from './opening/work.ts';
import type { Options } from './options.ts';
import type { Route } from './routes/route.ts';

/** An open server, ready to be mounted on HTTP. */
export interface Server {
  readonly options: Options;
  readonly log: boolean;
  readonly clock: Clock;
  readonly db: Database;
  /** What the start prints. */
  readonly startToken: string;
  readonly auth: Authenticator;
  /** Everything that may be asked of it. */
  readonly routes: readonly Route[];
  /** Tells where it is reached, as soon as that is known: payment pages lead back there. */
  listensAt(url: string): void;
  /** For whoever drives it without HTTP. */
  readonly policies: Policies;
  readonly ledger: Ledger;
  readonly accounts: Accounts;
  readonly operations: Operations;
  readonly violations: Violations;
  /** Closes what was opened, in reverse, each part within a bound. */
  close(): Promise<void>;
}

/** What has not ended by then is left where it is: everything is taken up again by the next start. */
const LEAVING_MS = 5_000;

/**
 * Opens the database, the secrets and the policies, and starts what runs by itself. When a step fails, what was opened before it is closed again, in
 * reverse. `onStep` is told each step; what it throws fails the opening there.
 */
export async function openServer(options: Options, log = true, onStep?: (name: string) => void): Promise<Server> {
  const undo = new Undo(LEAVING_MS, onStep);
  try {
    const foundation = await openFoundation(options, log, undo);
    const selling = await openSelling(options);
    const ledgers = openLedger(foundation, selling.issuer);
    const billing = openBilling(foundation, selling, ledgers.ledger, undo);
    const messages = await openMessages(foundation, ledgers, { issuer: selling.issuer, drawing: billing.drawing }, undo);
    const reporting = await openReporting(
      foundation,
      ledgers,
      { operator: selling.issuer.name, baseUrl: () => selling.returns.base() },
      undo,
    );
    const work = await startWork(foundation, ledgers, billing, { ...messages, ...reporting }, undo);
    const { clock, db, startToken, auth, policies } = foundation;
    const { ledger, accounts, operations, violations } = ledgers;
    return {
      ...{ options, log, clock, db, startToken, auth, policies, ledger, accounts, operations, violations },
      routes: routesOf({ foundation, ledgers, billing, messages, reporting, work }),
      listensAt: (url) => selling.returns.listensAt(url),
      close: () => undo.all(),
    };
  } catch (error) {
    await undo.all();
    throw error;
  }
}
