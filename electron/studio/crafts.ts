/** The crafts that are paid for on one engine, and the recovery of what was paid for and is not where it belongs. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { MAX_BATCH } from '../../shared/credits/index.ts';
import { NO_ACCOUNT } from '../../shared/credits/model/minting.ts';
import { Applying } from '../applying/applying.ts';
import { ApplyCraft } from '../applying/craft.ts';
import type { FilingParts } from '../applying/filing.ts';
import { AppliedRecovery } from '../applying/recovering.ts';
import { CorrectCraft } from '../correcting/craft.ts';
import { Fetching, fetchedIn } from '../correcting/fetching.ts';
import type { Emit } from '../events.ts';
import type { Cases } from '../paid-work/cases.ts';
import { applyingMigrations, batchesOfApplying } from '../paid-work/earlier/applying-database.ts';
import { batchesOfProcessing, processingMigrations } from '../paid-work/earlier/processing-database.ts';
import { takeOver } from '../paid-work/earlier/take-over.ts';
import { ledgerCopy } from '../paid-work/ledger-copy.ts';
import { PaidWork } from '../paid-work/paid-work.ts';
import type { PaidRecords } from '../paid-work/records.ts';
import { Recovery } from '../paid-work/recovery.ts';
import { PaidWorkStore } from '../paid-work/store.ts';
import { ProcessCraft } from '../processing/craft.ts';
import { ProcessedFiles } from '../processing/processed-files.ts';
import { Processing } from '../processing/processing.ts';
import { ProcessedRecovery } from '../processing/recovering.ts';
import { credits } from '../wallet/sentences.ts';
import type { Wallet } from '../wallet/wallet.ts';
import type { Databases } from './databases.ts';
import type { StudioPorts } from './port.ts';
import type { Shelf } from './shelf.ts';

/** What the crafts are built on. */
export interface CraftParts {
  readonly ports: StudioPorts;
  readonly databases: Databases;
  readonly shelf: Shelf;
  readonly wallet: Wallet;
  readonly records: PaidRecords;
  readonly cases: Cases;
}

/** The engine with its crafts. */
interface Engine {
  readonly paidWork: PaidWork;
  readonly jobs: PaidWorkStore;
  readonly applyCraft: ApplyCraft;
  readonly processCraft: ProcessCraft;
  readonly processedFiles: ProcessedFiles;
  /** Fetches what staff corrected. */
  readonly fetching: Fetching;
}

/** Opened, with what an earlier version's databases held taken over; not yet resumed. */
export function openEngine(parts: CraftParts): Engine {
  const { ports, databases, shelf, wallet, records, cases } = parts;
  const { dataFolder, world, darkroom } = ports;
  const { library, folders, assets } = shelf;
  const applyCraft = applyCraftOf(parts);
  const processedFiles = new ProcessedFiles({
    ...{ darkroom, world },
    library,
    store: databases.photos,
    watermark: (fileId) => assets.file(fileId, 'logo'),
    photoFolder: folders.photo,
    workFolder: join(dataFolder, 'processing'),
  });
  const processCraft = new ProcessCraft({
    files: processedFiles,
    records,
    world,
    price: (count, steps) => wallet.processingCost(count, steps),
  });
  const correctionsFolder = join(dataFolder, 'corrections');
  const tell = (reportId: string, words: string): void => shelf.reports.corrected(reportId, words);
  const correctCraft = new CorrectCraft({ filing: filingParts(parts), fetched: (opId) => fetchedIn(correctionsFolder, opId), tell });
  const crafts = [applyCraft, processCraft, correctCraft];
  const jobs = new PaidWorkStore(databases.paidWorkDb, crafts);
  const applied = { path: join(dataFolder, 'applying.db'), migrations: applyingMigrations, batches: batchesOfApplying };
  const processed = { path: join(dataFolder, 'processing.db'), migrations: processingMigrations, batches: batchesOfProcessing(world.ids) };
  for (const earlier of [applied, processed]) takeOver(jobs, earlier, world);
  const paidWork = new PaidWork({
    store: jobs,
    crafts,
    records,
    world,
    transport: (accountId) => wallet.transportFor(accountId),
    undelivered: ({ opId, photo, charged }) =>
      cases.open({ opId, kind: 'lost', photoName: photo.name, charged: amountText(wallet, charged ?? '0'), path: null }),
    fileExists: existsSync,
    ledgerMoved: () => wallet.moved(),
  });
  const fetching = new Fetching({
    ...{ paidWork, world, tell },
    craft: correctCraft,
    store: databases.photos,
    folder: correctionsFolder,
    accountId: () => wallet.accountId(),
    transportFor: (accountId) => wallet.transportFor(accountId),
  });
  wallet.onReports((seen) => fetching.seen(seen));
  wallet.attach({ connected: () => fetching.connected() });
  return { paidWork, jobs, applyCraft, processCraft, processedFiles, fetching };
}

function applyCraftOf(parts: CraftParts): ApplyCraft {
  const { ports, shelf, wallet } = parts;
  const { library, folders, filesOf } = shelf;
  return new ApplyCraft({
    rendering: { darkroom: ports.darkroom, library, resultsFolder: folders.results, photoFolder: folders.photo, filesOf },
    filing: filingParts(parts),
    library,
    largestRequest: MAX_BATCH,
    unit: () => wallet.unit(),
    quoteFor: (recipes) => wallet.quote(recipes),
    // The folder has taken one: perhaps it has room again for those that it did not take before.
    copied: () => void shelf.copies.makeUp(),
  });
}

/** Opened, and attached to the wallet with the whole engine. */
export function openApplying({ ports, databases, shelf, wallet }: CraftParts, { paidWork, jobs, applyCraft }: Engine): Applying {
  const { world, emit } = ports;
  /** What a batch does changes what is pending, too. */
  const emitBatch: Emit = (name, payload) => {
    emit(name, payload);
    wallet.announce();
  };
  const applying = new Applying({
    paidWork,
    craft: applyCraft,
    store: jobs,
    photos: databases.photos,
    library: shelf.library,
    world,
    emit: emitBatch,
    account: () => wallet.accountId(),
    unit: () => wallet.unit(),
    offline: () => wallet.offline('Applying'),
    checkFiles(recipe) {
      const files = shelf.filesOf(recipe);
      return files.ok ? null : files.error;
    },
    hasLogos: () => shelf.assets.list().some((asset) => asset.kind === 'logo'),
    quoteFor: (recipes) => wallet.quote(recipes),
  });
  wallet.attach({
    // A correction's operation is the server's own: its version knows the photo.
    photoOf: (opId) => jobs.photoOf(opId) ?? databases.photos.photoOfOperation(opId) ?? null,
    pendingPhotos: () => applying.pending(),
    connected: () => paidWork.connected(),
    creditChanged: () => paidWork.creditChanged(),
  });
  return applying;
}

/** Opened and attached to the wallet; not yet resumed. */
export function openProcessing({ ports, databases, wallet, records }: CraftParts, engine: Engine): Processing {
  const { paidWork, jobs, processCraft, processedFiles } = engine;
  const { world, settings, emit } = ports;
  const processing = new Processing({
    ...{ paidWork, files: processedFiles, records, world, emit },
    craft: processCraft,
    store: jobs,
    photos: databases.photos,
    account: () => wallet.accountId(),
    price: (photos, steps) => wallet.processingCost(photos, steps),
    offline: () => wallet.offline('Processing'),
    unit: () => wallet.unit(),
    outputFolder: () => settings.get().outputFolder,
  });
  wallet.attach({ connected: () => processing.connected() });
  return processing;
}

/** Opened and attached to the wallet, which has it run when the server is reached; not yet run. */
export function openRecovery(
  parts: CraftParts,
  crafts: { readonly engine: Engine; readonly applying: Applying; readonly processing: Processing },
): Recovery {
  const { ports, databases, wallet, records, cases } = parts;
  const { engine, applying, processing } = crafts;
  const recovery = new Recovery({
    ledger: ledgerCopy(databases.cache, () => wallet),
    marks: databases.photos,
    records,
    cases,
    crafts: {
      apply: new AppliedRecovery({
        filing: filingParts(parts),
        jobs: engine.jobs,
        applying,
        accountId: () => wallet.accountId() ?? NO_ACCOUNT,
      }),
      process: new ProcessedRecovery({ jobs: engine.jobs, processing, records, world: ports.world }),
    },
    amountText: (amount) => amountText(wallet, amount),
    world: ports.world,
  });
  wallet.attach({ connected: () => void recovery.run() });
  return recovery;
}

const filingParts = ({ ports, databases, shelf }: CraftParts): FilingParts => ({
  store: databases.photos,
  library: shelf.library,
  darkroom: ports.darkroom,
  folders: shelf.folders,
  outputFolder: shelf.outputFolder,
  world: ports.world,
});

const amountText = (wallet: Wallet, amount: string): string => credits(amount, wallet.unit().code);
