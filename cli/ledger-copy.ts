/**
 * The command line's own copy of the ledger, checked and replayed by the studio's own code. Kept apart from the app's, which
 * may be open at the same time; two commands at once take turns.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PhotoNames } from '../electron/paid-work/photo-names.ts';
import { openDatabase } from '../electron/storage/sqlite.ts';
import { openCache } from '../electron/wallet/copy/cache.ts';
import { outboxMigrations } from '../electron/wallet/copy/schema.ts';
import { OutboxStore } from '../electron/wallet/orders/outbox-store.ts';
import { Wallet } from '../electron/wallet/wallet.ts';
import type { AccountId, OpId } from '../shared/credits/model/quantities.ts';
import type { Session } from './command.ts';
import { lockFolder } from './folder-lock.ts';
import { CommandFailed, failedBy } from './outcome.ts';
import { accountFolder, ownFolder } from './places.ts';

interface LedgerCopy {
  readonly wallet: Wallet;
  /** False: the server could not be reached, and the copy is as old as it says. */
  readonly fresh: boolean;
  close(): void;
}

/** Brought up to date where the server can be reached; throws when there is neither a server nor a copy. */
export async function openLedgerCopy(session: Session): Promise<LedgerCopy> {
  const { world, screen, dataFolder } = session;
  const connection = await session.connect().catch((error: unknown) => unreached(error));
  const folder = join(ownFolder(dataFolder), 'reading');
  const lock = lockFolder(folder);
  // Reading orders nothing: what it would send is forgotten with the process.
  const requests = openDatabase({ path: ':memory:', migrations: outboxMigrations, durability: 'normal' });
  const wallet = new Wallet({
    cache: openCache(join(folder, 'cache.db'), world.log),
    outbox: new OutboxStore(requests, world),
    world,
    emit: () => undefined,
    invoiceFolder: join(folder, 'invoices'),
  });
  const jobs = new NamedPhotos(dataFolder, () => wallet.accountId());
  wallet.attach(jobs);
  const close = (): void => {
    wallet.close();
    jobs.close();
    lock.end();
  };
  screen.progress('reading the ledger …');
  if (!(connection instanceof CommandFailed)) {
    wallet.connect(connection.transport(), connection.server.local);
    const { state, reason } = await wallet.sync();
    if (state === 'online') return { wallet, fresh: true, close };
    const refused = await connection.requests.refusal();
    if (refused !== null) {
      close();
      throw refused;
    }
    if (wallet.get().wallet !== null) return { wallet, fresh: false, close };
    close();
    throw failedBy({
      code: 'offline',
      message: `Offline. ${reason ?? 'The credit server cannot be reached.'} Nothing was charged by this command.`,
    });
  }
  if (wallet.get().wallet !== null) return { wallet, fresh: false, close };
  close();
  throw connection;
}

function unreached(error: unknown): CommandFailed {
  if (error instanceof CommandFailed) return error;
  throw error;
}

function readable(path: string): PhotoNames | null {
  try {
    return existsSync(path) ? new PhotoNames(path) : null;
  } catch {
    return null;
  }
}

/** Which photo an operation was for, where this machine's command line applied or processed it. Looked for when first asked. */
class NamedPhotos {
  readonly #dataFolder: string;
  readonly #accountId: () => AccountId | null;
  #opened: readonly PhotoNames[] | null = null;

  constructor(dataFolder: string, accountId: () => AccountId | null) {
    this.#dataFolder = dataFolder;
    this.#accountId = accountId;
  }

  photoOf(opId: OpId): { id: string; name: string } | null {
    const account = this.#accountId();
    if (account === null) return null;
    this.#opened ??= this.#open(account);
    for (const each of this.#opened) {
      const photo = each.photoOf(opId);
      if (photo !== null) return photo;
    }
    return null;
  }

  close(): void {
    for (const each of this.#opened ?? []) each.close();
  }

  #open(account: AccountId): readonly PhotoNames[] {
    const folder = accountFolder(this.#dataFolder, account);
    // Names are all that is wanted of them: a damaged file has none, and is for the command that works with it to set aside.
    // What an earlier version kept has names until it is taken over.
    return ['paid-work.db', 'applying.db', 'processing/paid-work.db', 'processing/paid.db'].flatMap(
      (file) => readable(join(folder, file)) ?? [],
    );
  }
}
