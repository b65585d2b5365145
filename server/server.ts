/** The credit server's parts, put together once. */
import { randomUUID } from 'node:crypto';
import type { AccountId } from '../shared/credits/model/quantities.ts';
import { Proposals } from './admin/proposals.ts';
import { StaffList } from './admin/staff-list.ts';
import { TokenDesk } from './admin/token-desk.ts';
import { Drawing } from './billing/invoices/drawing.ts';
import { loadIssuer } from './billing/issuer.ts';
import { billsBy, openingsBilledBy } from './billing/ledger-hooks.ts';
import type { Needs } from './billing/needs.ts';
import { OnAccount } from './billing/on-account.ts';
import { AutomaticTopUps } from './billing/payments/automatic.ts';
import { Checkouts } from './billing/payments/checkouts.ts';
import { PaymentEvents } from './billing/payments/events.ts';
import { Payouts } from './billing/payments/payouts.ts';
import { openProviders, type Providers } from './billing/payments/providers.ts';
import { ReturnAddress } from './billing/payments/return-address.ts';
import { Renewals } from './billing/renewals/collecting.ts';
import { readDunning } from './billing/renewals/dunning.ts';
import { Chores } from './chores.ts';
import { systemClock, TestClock } from './clock.ts';
import { type Database, openDatabase } from './db/database.ts';
import { setting } from './db/settings.ts';
import { within } from './db/shutdown.ts';
import { Generations } from './generations/generations.ts';
import { isJob } from './generations/own-holds.ts';
import { Queue } from './generations/queue.ts';
import { Authenticator } from './identity/auth.ts';
import { openToken } from './identity/first-owner.ts';
import { openSecrets } from './identity/secrets.ts';
import { openVault } from './identity/vault.ts';
import { Writing } from './journal.ts';
import { History, registerKey } from './ledger/history.ts';
import { Ledger } from './ledger/ledger.ts';
import { Accounts } from './ledger/opening.ts';
import { Operations } from './ledger/operations.ts';
import type { Policies } from './ledger/policies.ts';
import { loadPolicies } from './ledger/policies.ts';
import { sweepAfterChange } from './ledger/policy-changes.ts';
import { PostgresStorage } from './ledger/postgres-storage.ts';
import { SickAccounts } from './ledger/sick.ts';
import { Sweeper } from './ledger/sweeper.ts';
import { Violations } from './ledger/violations.ts';
import { Wake } from './ledger/wake.ts';
import { Wallets } from './ledger/wallets.ts';
import { Written } from './ledger/written.ts';
import { Deliveries } from './messages/deliveries.ts';
import { Endpoints, sealSecrets } from './messages/endpoints.ts';
import { Follower } from './messages/follower.ts';
import { openMailer } from './messages/mail.ts';
import { Messenger, sayWhetherMail } from './messages/messenger.ts';
import { Targets } from './messages/targets.ts';
import type { Options } from './options.ts';
import { Reports } from './reports/reports.ts';
import { Retention } from './retention.ts';
import { Streams } from './streams.ts';

export interface Server extends Needs {
  readonly options: Options;
  readonly log: boolean;
  readonly testClock: TestClock | null;
  readonly db: Database;
  /** What the start prints. */
  readonly startToken: string;
  readonly auth: Authenticator;
  readonly policies: Policies;
  readonly violations: Violations;
  readonly wallets: Wallets;
  readonly operations: Operations;
  readonly history: History;
  readonly accounts: Accounts;
  readonly staff: StaffList;
  readonly tokens: TokenDesk;
  readonly proposals: Proposals;
  readonly reports: Reports;
  readonly generations: Generations;
  readonly sweeper: Sweeper;
  readonly sick: SickAccounts;
  readonly chores: Chores;
  readonly drawing: Drawing;
  readonly wake: Wake;
  readonly streams: Streams;
  readonly providers: Providers;
  readonly checkouts: Checkouts;
  readonly payments: PaymentEvents;
  readonly payouts: Payouts;
  readonly returns: ReturnAddress;
  readonly endpoints: Endpoints;
  readonly messenger: Messenger;
  close(): Promise<void>;
}

/** Opens the database, the secrets and the policies, and starts what runs by itself. */
export async function openServer(options: Options, log = true): Promise<Server> {
  const testClock = options.testClock ? new TestClock() : null;
  const clock = testClock ?? systemClock;
  const secrets = await openSecrets(options.dataFolder);
  const db = await openDatabase({ databaseUrl: options.databaseUrl, dataFolder: options.dataFolder });
  try {
    const { pool } = db;
    const launch = Number(await setting(pool, 'launch', String(options.launch ?? startOfDay(clock.now()))));
    const epoch = await setting(pool, 'epoch', randomUUID());
    await registerKey(pool, secrets.signer, clock.now());
    const policies = loadPolicies({ launch, standard: options.policy, file: options.policyFile });
    const start = await openToken(pool, clock, secrets.derivedOwnerToken);
    const auth = new Authenticator({ pool, clock, startHash: start.startHash });
    const ended = (tokenIds: readonly string[]): void => auth.ended(tokenIds);
    const wake = new Wake({ pool, connect: db.connect, processId: randomUUID(), onEnded: ended });
    const issuer = await loadIssuer(options.dataFolder);
    const journal = new Writing(log ? (line) => console.error(line) : () => undefined);
    const violations = new Violations(journal);
    const drawing = new Drawing();
    const returns = new ReturnAddress(options.payments.publicUrl);
    const providers = await openProviders(options.payments, returns);
    const onAccount = new OnAccount({ issuer, providers, neverOverdue: options.billsNobody });
    const storage = new PostgresStorage(pool);
    const written = new Written();
    const ledger = new Ledger({ storage, clock, policies, bills: billsBy(issuer), violations, written });
    const needs: Needs = { ledger, pool, clock, issuer, onAccount };
    const mailer = options.mail && openMailer(options.mail, { pool, issuer, drawing });
    await sayWhetherMail(pool, mailer !== null);
    const targets = new Targets(options.webhooks.allowPrivate);
    const [first, ...replaced] = [...options.webhooks.keys, secrets.vaultKey];
    const vault = openVault([first ?? secrets.vaultKey, ...replaced]);
    await sealSecrets(pool, vault);
    const deliveries = new Deliveries({ pool, clock, mail: mailer?.send ?? null, targets, vault });
    const messenger = new Messenger(
      new Follower({ ledger, storage, pool, background: db.background, clock, mail: mailer !== null }),
      deliveries,
    );
    const operations = new Operations({ ledger, clock, isForeignHold: (accountId, opId) => isJob(pool, accountId, opId) });
    const queue = new Queue(db.config);
    const generations = new Generations({ ledger, pool, clock, operations, queue });
    const payouts = new Payouts(pool, providers);
    const automatic = new AutomaticTopUps({ ...needs, background: db.background, providers, payouts });
    const changed = (accountId: AccountId): void => wake.changed(accountId);
    const renewals = new Renewals({ ...needs, providers, changed });
    written.listen((accountId, seq) => wake.written(accountId, seq));
    written.listen((accountId) => messenger.soon(accountId));
    // A refused automatic purchase is no fault: the account simply stays low, and its alerts say so.
    written.listen((accountId) => automatic.soon(accountId));
    const retention = new Retention(db.background, clock, options.retentionDays);
    const chores = new Chores(
      [
        { name: 'forgetting old results', run: () => generations.forgetOldResults() },
        { name: 'collecting renewals', run: () => renewals.collect() },
        { name: 'automatic top-ups', run: () => automatic.collect() },
        { name: 'payouts', run: () => payouts.pay() },
        { name: 'retention', run: () => retention.prune() },
        { name: 'messages', run: () => messenger.run() },
      ],
      journal,
    );
    const sick = new SickAccounts({ pool, background: db.background, clock, journal });
    await sick.review(policies);
    await sweepAfterChange(db.background, policies);
    const sweeper = new Sweeper({ ledger, storage, clock, sick, journal, swept: () => chores.soon() });
    await wake.start();
    await generations.start();
    sweeper.start();
    chores.start();
    return {
      options,
      log,
      ...needs,
      policies,
      violations,
      testClock,
      db,
      startToken: start.token,
      auth,
      wallets: new Wallets({ ledger, policies, readDunning: (state) => readDunning({ pool }, state) }),
      operations,
      history: new History({ ledger, storage, pool, signer: secrets.signer, epoch }),
      accounts: new Accounts({ ledger, storage, pool, clock, policies, violations, onOpened: openingsBilledBy(issuer) }),
      staff: new StaffList(pool, clock, ended),
      tokens: new TokenDesk(pool, clock, ended),
      proposals: new Proposals(pool, clock, options.grantCaps),
      reports: new Reports({ pool, clock, operations, openLimit: options.openReports }),
      generations,
      sweeper,
      sick,
      chores,
      drawing,
      wake,
      streams: new Streams(),
      providers,
      checkouts: new Checkouts({ ...needs, providers }),
      payments: new PaymentEvents({ ...needs, payouts, renewals, automatic, changed }),
      payouts,
      returns,
      endpoints: new Endpoints({ ledger, pool, clock, targets, vault }),
      messenger,
      async close() {
        mailer?.close();
        const parts = [messenger, automatic, chores, queue, drawing, sweeper, wake];
        await Promise.all(parts.map((part) => within(LEAVING_MS, part.close())));
        await within(LEAVING_MS, start.end());
        await db.close();
      },
    };
  } catch (error) {
    await db.close();
    throw error;
  }
}

/** What has not ended by then is left where it is: everything is taken up again by the next start. */
const LEAVING_MS = 5_000;
const DAY_MS = 86_400_000;
const startOfDay = (now: number): number => now - (now % DAY_MS);
