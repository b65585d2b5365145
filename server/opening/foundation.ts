/** The ground of the server: database, secrets, clock, policies, and who is let in. */
import { randomUUID } from 'node:crypto';
import { days } from '../../shared/credits/model/durations.ts';
import { earlierBy } from '../../shared/credits/model/instants.ts';
import { instantFrom, millisFrom } from '../../shared/credits/model/minting.ts';
import type { AccountId, Instant } from '../../shared/credits/model/quantities.ts';
import { type Clock, systemClock, TestClock } from '../clock.ts';
import { type Database, openDatabase } from '../db/database.ts';
import { setting } from '../db/settings.ts';
import { Authenticator } from '../identity/auth.ts';
import { openToken } from '../identity/first-owner.ts';
import { openSecrets, type Secrets } from '../identity/secrets.ts';
import { Vault } from '../identity/vault.ts';
import { type Journal, Writing } from '../journal.ts';
import { registerKey } from '../ledger/history.ts';
import { loadPolicies, type Policies } from '../ledger/policies.ts';
import { Wake } from '../ledger/wake.ts';
import type { Options } from '../options.ts';
import type { Undo } from './undo.ts';

/** What every other part of an open server stands on. */
export interface Foundation {
  readonly options: Options;
  readonly clock: Clock;
  /** null: the clock is the system's. */
  readonly testClock: TestClock | null;
  readonly journal: Journal;
  readonly secrets: Secrets;
  readonly db: Database;
  /** Seals what has to be used again: secrets of endpoints, keys of files, links. */
  readonly vault: Vault;
  /** Names this history of the database. */
  readonly epoch: string;
  readonly policies: Policies;
  /** What the start prints. */
  readonly startToken: string;
  readonly auth: Authenticator;
  readonly wake: Wake;
  /** These tokens work no more, here. */
  readonly ended: (tokenIds: readonly string[]) => void;
  /** Something that the account shows beside its ledger is not what it was. */
  readonly changed: (accountId: AccountId) => void;
}

/** Opens it. Nothing runs by itself yet. */
export async function openFoundation(options: Options, log: boolean, undo: Undo): Promise<Foundation> {
  const testClock = options.testClock ? new TestClock() : null;
  const clock = testClock ?? systemClock;
  const journal = new Writing(log ? (line) => console.error(line) : () => undefined);
  const secrets = await openSecrets(options.dataFolder);
  const db = undo.use('database', await openDatabase({ databaseUrl: options.databaseUrl, dataFolder: options.dataFolder }), (opened) =>
    opened.close(),
  );
  const { pool } = db;
  const [firstKey, ...replacedKeys] = [...options.webhooks.keys, secrets.vaultKey];
  const vault = new Vault([firstKey ?? secrets.vaultKey, ...replacedKeys]);
  const launch = instantFrom(Number(await setting(pool, 'launch', String(options.launch ?? startOfDay(clock.now())))));
  const epoch = await setting(pool, 'epoch', randomUUID());
  await registerKey(pool, secrets.signer, clock.now());
  const policies = loadPolicies({ launch, standard: options.policy, file: options.policyFile });
  undo.did('policies');
  const start = undo.use('token of the start', await openToken(pool, clock, secrets.derivedOwnerToken), (opened) => opened.end());
  const auth = new Authenticator({ pool, clock, startHash: start.startHash });
  const ended = (tokenIds: readonly string[]): void => auth.ended(tokenIds);
  const wake = undo.use('wake', new Wake({ pool, connect: db.connect, processId: randomUUID(), onEnded: ended }), (opened) =>
    opened.close(),
  );
  return {
    ...{ options, clock, testClock, journal, secrets, db, vault, epoch, policies, startToken: start.token, auth, wake, ended },
    changed: (accountId) => wake.changed(accountId),
  };
}

const startOfDay = (now: Instant): Instant => earlierBy(now, millisFrom(now % days(1)));
