/**
 * The studio without its window: library, darkroom, applying and wallet put together over one data folder. The app's main
 * process, the command line and the tests open the same one.
 */
import { join } from 'node:path';
import { MAX_BATCH } from '../shared/credits/index.ts';
import type { Recipe } from '../shared/edit/recipe.ts';
import { ok, type Problem, type Result } from '../shared/result.ts';
import { type Applying, createApplying } from './applying/applying.ts';
import { discardResult, fileResult, makeThumbnails } from './applying/filing.ts';
import { renderJob } from './applying/rendering.ts';
import { applyingMigrations, createApplyingStore } from './applying/store.ts';
import type { Emit } from './events.ts';
import { type Assets, createAssets } from './library/assets.ts';
import { createLibrary, type Library, libraryFolders } from './library/library.ts';
import { pictureFile } from './library/pictures.ts';
import { createPreviews, type Previews } from './library/previews.ts';
import { createReports, type Reports } from './library/reports.ts';
import { libraryMigrations } from './library/schema.ts';
import { createLibraryStore } from './library/store.ts';
import { createProcessing, type Processing } from './processing/processing.ts';
import { createProcessingStore, processingMigrations } from './processing/store.ts';
import { type Db, type Migrations, openOrSetAside } from './storage/sqlite.ts';
import { studioCalls } from './studio-calls.ts';
import type { ServerAddress, Studio as ShellStudio, StudioPorts } from './studio-port.ts';
import { openCache } from './wallet/cache.ts';
import { createOutbox, type Outbox } from './wallet/outbox.ts';
import { noteAt } from './wallet/outbox-note.ts';
import { outboxMigrations } from './wallet/schema.ts';
import { httpTransport, type Transport } from './wallet/transport.ts';
import { createWallet, type Wallet } from './wallet/wallet.ts';
import { isoOf, type World } from './world.ts';

/** The parts, for those who use them directly (command line, tests). */
export interface StudioParts {
  readonly library: Library;
  readonly previews: Previews;
  readonly assets: Assets;
  readonly reports: Reports;
  readonly applying: Applying;
  readonly processing: Processing;
  readonly wallet: Wallet;
}

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
  const jobs = createApplyingStore(open('applying.db', applyingMigrations));
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
      outbox.add({ opId, accountId: wallet.accountId() ?? '', kind: 'report', path, body });
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
  /** What a batch does changes what is pending, too. */
  const emitBatch: Emit = (name, payload) => {
    emit(name, payload);
    wallet.announce();
  };
  const applying = createApplying({
    store: jobs,
    photos: store,
    library,
    world,
    emit: emitBatch,
    largestRequest: MAX_BATCH,
    account: () => wallet.accountId(),
    transport: (accountId) => wallet.transportFor(accountId),
    unit: () => wallet.unit(),
    offline: () => wallet.offline('Applying'),
    checkFiles: problemWith,
    hasLogos: () => assets.list().some((asset) => asset.kind === 'logo'),
    quoteFor: (recipes) => wallet.quote(recipes),
    render: (job, onProgress) => renderJob(rendering, job, onProgress),
    thumbnails: (job) => makeThumbnails(filing, job),
    discard: (job) => discardResult(filing, job),
    file: (job) => fileResult(filing, job),
    ledgerMoved: () => wallet.moved(),
  });

  const wallet: Wallet = createWallet({
    cache: openCache(join(dataFolder, 'cache.db'), world.log),
    outbox: () => outbox,
    world,
    emit,
    invoiceFolder: join(dataFolder, 'invoices'),
    photoOf: (opId) => applying.photoOf(opId) ?? processing.photoOf(opId),
    pendingPhotos: () => applying.pending(),
    reportsSeen: (seen) => reports.seen(seen),
    connected() {
      applying.connected();
      processing.connected();
    },
  });
  applying.start();

  const processing = createProcessing({
    rows: createProcessingStore(open('processing.db', processingMigrations)),
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
  processing.resume();

  const parts: StudioParts = { library, previews, assets, reports, applying, processing, wallet };
  return {
    ...parts,
    handlers: studioCalls(parts, options.desktop, world),
    pictureFile: async (kind, id) => pictureFile(store, folders, previews.cutoutOf, kind, id),
    connect: (server) => wallet.connect(transportTo(server), server.local),
    disconnect: (reason, local) => wallet.disconnect(reason, local),
    async close() {
      await Promise.all([applying.close(), processing.close()]);
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
