/**
 * The studio without its window: library, darkroom, applying and wallet put together over one data folder. The app's main
 * process, the command line and the tests open the same one.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { MAX_BATCH } from '../../shared/credits/index.ts';
import { NO_ACCOUNT } from '../../shared/credits/model/minting.ts';
import type { Recipe } from '../../shared/edit/recipe.ts';
import type { EventPayload } from '../../shared/ipc/index.ts';
import { ok, type Problem, type Result } from '../../shared/result.ts';
import { Applying } from '../applying/applying.ts';
import { ApplyCraft } from '../applying/craft.ts';
import { recoveringApplied } from '../applying/recovering.ts';
import type { Emit } from '../events.ts';
import { createAssets } from '../library/assets.ts';
import { createCopies } from '../library/copies.ts';
import { createLibrary, libraryFolders } from '../library/library.ts';
import { pictureFile } from '../library/pictures.ts';
import { createPreviews } from '../library/previews.ts';
import { createReports } from '../library/reports.ts';
import { libraryMigrations } from '../library/schema.ts';
import { createLibraryStore } from '../library/store.ts';
import { openCases } from '../paid-work/cases.ts';
import { applyingMigrations, batchesOfApplying } from '../paid-work/earlier/applying-database.ts';
import { takeOver } from '../paid-work/earlier/take-over.ts';
import { ledgerCopy } from '../paid-work/ledger-copy.ts';
import { PaidWork } from '../paid-work/paid-work.ts';
import { openPaidRecords } from '../paid-work/records.ts';
import { createRecovery } from '../paid-work/recovery.ts';
import { PaidWorkStore, paidWorkMigrations } from '../paid-work/store.ts';
import { createProcessing } from '../processing/processing.ts';
import { recoveringProcessed } from '../processing/recovering.ts';
import { createProcessingStore, processingMigrations } from '../processing/store.ts';
import { type Db, type Migrations, openOrSetAside } from '../storage/sqlite.ts';
import { openCache } from '../wallet/copy/cache.ts';
import { outboxMigrations } from '../wallet/copy/schema.ts';
import { createOutbox, type Outbox } from '../wallet/orders/outbox.ts';
import { noteAt } from '../wallet/orders/outbox-note.ts';
import { credits } from '../wallet/sentences.ts';
import { httpTransport, type Transport } from '../wallet/transport.ts';
import { createWallet, type Wallet } from '../wallet/wallet.ts';
import { isoOf, type World } from '../world.ts';
import { type StudioParts, studioCalls } from './calls.ts';
import type { ServerAddress, Studio as ShellStudio, StudioPorts } from './port.ts';

/** The parts, for those who use them directly (command line, tests). */
export interface Studio extends ShellStudio, StudioParts {}

export interface StudioOptions extends StudioPorts {
  /** How a server is reached; HTTP unless a test says otherwise. */
  readonly transportTo?: (server: ServerAddress) => Transport;
  /** False: results stay in the library, and whoever opened the studio puts copies where they belong. */
  readonly savesCopies?: boolean;
}

/** Opens the databases below `dataFolder` and takes up what an earlier process left. The network is not needed; `connect` brings it. */
export async function openStudio(options: StudioOptions): Promise<Studio> {
  const { dataFolder, world, settings, darkroom, emit } = options;
  const { systemProxy } = options;
  const network = systemProxy === undefined ? undefined : { environment: process.env, systemProxy };
  const transportTo = options.transportTo ?? ((server: ServerAddress) => httpTransport(server, world.timers, undefined, network));
  const folders = libraryFolders(dataFolder);
  const open = (name: string, migrations: Migrations): Db => openKept(join(dataFolder, name), migrations, world);
  const store = createLibraryStore(open('library.db', libraryMigrations));
  const paidWorkDb = open('paid-work.db', paidWorkMigrations);
  const rows = createProcessingStore(open('processing.db', processingMigrations));
  const cache = openCache(join(dataFolder, 'cache.db'), world.log);
  const records = openPaidRecords(dataFolder, world);
  const cases = openCases(dataFolder, world, () => emit('notices.changed', undefined));
  const outboxDb = open('outbox.db', outboxMigrations);

  const library = createLibrary({ store, darkroom, world, emit, folderOf: folders.photo });
  const assets = createAssets({ store, darkroom, world, emit, folder: folders.assets });
  const previews = createPreviews({
    darkroom,
    emit,
    original: library.original,
    folderOf: folders.photo,
    previewed(photoId) {
      if (store.markPreviewed(photoId)) library.announce([photoId]);
    },
  });
  const outbox: Outbox = createOutbox({
    db: outboxDb,
    world,
    note: noteAt(join(dataFolder, 'outbox-waiting.json')),
    transport: (accountId) => wallet.transportFor(accountId),
    answered(kind, opId, verdict) {
      if (kind !== 'report') return wallet.ordered();
      if (verdict.kind === 'accepted') reports.opened(opId);
      else if (verdict.kind === 'refused') reports.declined(opId, verdict.problem.detail);
    },
  });
  const reports = createReports({
    store,
    world,
    emit,
    announce: library.announce,
    send(opId, path, body) {
      outbox.add({ opId, accountId: wallet.accountId() ?? NO_ACCOUNT, kind: 'report', path, body });
      outbox.flush();
      wallet.announce();
    },
  });

  const filesOf = (recipe: Recipe): Result<{ backgroundPath: string | null; logoPath: string | null }> => {
    const background = recipe.background?.kind === 'file' ? assets.file(recipe.background.fileId, 'background') : ok(null);
    const logo = recipe.logo === null ? ok(null) : assets.file(recipe.logo.fileId, 'logo');
    if (!background.ok) return background;
    return logo.ok ? ok({ backgroundPath: background.value, logoPath: logo.value }) : logo;
  };
  const problemWith = (recipe: Recipe): Problem | null => {
    const files = filesOf(recipe);
    return files.ok ? null : files.error;
  };
  const rendering = { darkroom, library, resultsFolder: folders.results, photoFolder: folders.photo, filesOf };
  const filing = {
    store,
    library,
    darkroom,
    folders,
    outputFolder: () => (options.savesCopies === false ? null : settings.get().outputFolder),
    world,
  };
  const copies = createCopies({ store, outputFolder: filing.outputFolder, announce: library.announce, world });
  settings.onChange(() => void copies.makeUp());
  const amountText = (amount: string): string => credits(amount, wallet.unit().code);
  /** What a batch does changes what is pending, too. */
  const emitBatch: Emit = (name, payload) => {
    emit(name, payload);
    wallet.announce();
  };
  const applyCraft = new ApplyCraft({
    rendering,
    filing,
    library,
    largestRequest: MAX_BATCH,
    unit: () => wallet.unit(),
    quoteFor: (recipes) => wallet.quote(recipes),
    copied: () => void copies.makeUp(),
  });
  const crafts = [applyCraft];
  const jobs = new PaidWorkStore(paidWorkDb, crafts);
  takeOver(jobs, { path: join(dataFolder, 'applying.db'), migrations: applyingMigrations, batches: batchesOfApplying }, world);
  const paidWork = new PaidWork({
    store: jobs,
    crafts,
    records,
    world,
    transport: (accountId) => wallet.transportFor(accountId),
    undelivered: ({ opId, photo, charged }) =>
      cases.open({ opId, kind: 'lost', photoName: photo.name, charged: amountText(charged ?? '0'), path: null }),
    fileExists: existsSync,
    ledgerMoved: () => wallet.moved(),
  });
  const applying = new Applying({
    paidWork,
    craft: applyCraft,
    store: jobs,
    photos: store,
    library,
    world,
    emit: emitBatch,
    account: () => wallet.accountId(),
    unit: () => wallet.unit(),
    offline: () => wallet.offline('Applying'),
    checkFiles: problemWith,
    hasLogos: () => assets.list().some((asset) => asset.kind === 'logo'),
    quoteFor: (recipes) => wallet.quote(recipes),
  });

  /** What the copy of the ledger said last about what there is to spend. */
  let spendable = '';
  const emitWallet: Emit = (name, payload) => {
    emit(name, payload);
    if (name !== 'wallet.changed') return;
    // The name says which payload it is.
    const { wallet: now } = payload as EventPayload<'wallet.changed'>;
    const says = now === null ? '' : `${now.accountId} ${now.seq} ${now.available}`;
    if (says === spendable) return;
    spendable = says;
    paidWork.creditChanged();
    processing.creditChanged();
  };
  const wallet: Wallet = createWallet({
    cache,
    outbox: () => outbox,
    world,
    emit: emitWallet,
    invoiceFolder: join(dataFolder, 'invoices'),
    photoOf: (opId) => jobs.photoOf(opId) ?? processing.photoOf(opId),
    pendingPhotos: () => applying.pending(),
    reportsSeen: (seen) => reports.seen(seen),
    connected() {
      paidWork.connected();
      processing.connected();
      void recovery.run();
    },
  });
  const processing = createProcessing({
    rows,
    records,
    undelivered: ({ opId, photoName, charged }) =>
      cases.open({ opId: opId ?? '', kind: 'lost', photoName, charged: amountText(charged ?? '0'), path: null }),
    darkroom,
    library,
    store,
    watermark: (fileId) => assets.file(fileId, 'logo'),
    world,
    emit,
    account: () => wallet.accountId(),
    transport: (accountId) => wallet.transportFor(accountId),
    price: (photos, steps) => wallet.processingCost(photos, steps),
    offline: () => wallet.offline('Processing'),
    unit: () => wallet.unit(),
    moved: () => wallet.moved(),
    outputFolder: () => settings.get().outputFolder,
    photoFolder: folders.photo,
    workFolder: join(dataFolder, 'processing'),
  });
  paidWork.resume();
  processing.resume();

  const recovery = createRecovery({
    ledger: ledgerCopy(cache, () => wallet),
    marks: store,
    records,
    cases,
    crafts: {
      apply: recoveringApplied({ filing, jobs, applying, accountId: () => wallet.accountId() ?? NO_ACCOUNT }),
      process: recoveringProcessed({ rows, processing, records }),
    },
    amountText,
    world,
  });
  void recovery.run();
  void copies.makeUp();

  const parts: StudioParts = { library, previews, assets, reports, applying, processing, wallet, recovery };
  return {
    ...parts,
    cases,
    handlers: studioCalls(parts, options.desktop, world),
    pictureFile: async (kind, id) => pictureFile(store, folders, previews.cutoutOf, kind, id),
    connect: (server) => wallet.connect(transportTo(server), server.local),
    disconnect: (reason, local) => wallet.disconnect(reason, local),
    async close() {
      await Promise.all([recovery.stop(), copies.stop()]);
      await Promise.all([paidWork.stop(), processing.close()]);
      applying.close();
      jobs.close();
      wallet.close();
      outboxDb.close();
      store.close();
    },
  };
}

/** A file that is worth keeping: a damaged one is set aside, never deleted, so that the studio opens all the same. */
function openKept(path: string, migrations: Migrations, world: World): Db {
  const { db, setAside } = openOrSetAside({ path, migrations, durability: 'full' }, isoOf(world.clock.now()));
  if (setAside !== null) world.log('a database was damaged; a new one was begun and the old one kept', { setAside });
  return db;
}
