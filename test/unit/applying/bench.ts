/**
 * A studio's applying and processing on real files and real databases, with a model server and a darkroom that copies bytes. `crash()`
 * drops the process: nothing it still awaits comes back, nothing more reaches its databases; `open()` starts again on
 * the same files.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Applying } from '../../../electron/applying/applying.ts';
import { ApplyCraft } from '../../../electron/applying/craft.ts';
import type { Darkroom } from '../../../electron/darkroom/port.ts';
import { Library, libraryFolders } from '../../../electron/library/library.ts';
import { libraryMigrations } from '../../../electron/library/schema.ts';
import { LibraryStore } from '../../../electron/library/store.ts';
import type { BatchRecord, Phase } from '../../../electron/paid-work/batch.ts';
import type { Step } from '../../../electron/paid-work/hold-steps.ts';
import type { Job } from '../../../electron/paid-work/job.ts';
import { PaidWork } from '../../../electron/paid-work/paid-work.ts';
import { type PaidRecord, PaidRecords } from '../../../electron/paid-work/records.ts';
import { PaidWorkStore, paidWorkMigrations } from '../../../electron/paid-work/store.ts';
import { ProcessCraft } from '../../../electron/processing/craft.ts';
import { ProcessedFiles } from '../../../electron/processing/processed-files.ts';
import { Processing } from '../../../electron/processing/processing.ts';
import { openDatabase } from '../../../electron/storage/sqlite.ts';
import { offlineNow } from '../../../electron/wallet/sentences.ts';
import type { Transport } from '../../../electron/wallet/transport.ts';
import type { Millis } from '../../../shared/credits/model/quantities.ts';
import { defaultRecipe, type Recipe } from '../../../shared/edit/recipe.ts';
import type { Batch } from '../../../shared/ipc/index.ts';
import type { ProcessingCost, ProcessingRun } from '../../../shared/ipc/processing.ts';
import type { PriceView, Unit } from '../../../shared/ipc/wallet.ts';
import { fail, ok } from '../../../shared/result.ts';
import { accountNamed } from '../../quantities.ts';
import { fakeWorld } from '../wallet/fake-world.ts';
import { ModelServer } from './model-server.ts';

export const onPaper: Recipe = { ...defaultRecipe, background: { kind: 'built-in', id: 'paper' } };

/** A place where the process may die. The n-th one that is passed kills it. */
export interface Deaths {
  passed: number;
  dieAt: number;
}

class Dead extends Error {}
const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

export interface Bench {
  readonly folder: string;
  readonly server: ModelServer;
  readonly world: ReturnType<typeof fakeWorld>;
  readonly batchEvents: Batch[];
  readonly runEvents: ProcessingRun[];
  /** Files whose export fails. */
  readonly broken: Set<string>;
  /** Photos that were charged and are not there. */
  readonly undelivered: string[];
  /** Photos in the order in which they were begun to be made. */
  readonly begun: string[];
  online: boolean;
  /** Until it resolves, no processed file is finished. */
  stalled: Promise<void>;
  /** The disk that results go to. */
  diskFull: boolean;
  library: Library;
  store: LibraryStore;
  paidWork: PaidWork;
  applying: Applying;
  processing: Processing;
  /** Starts a process on the folder; `deaths` says where it dies. */
  open(deaths?: Deaths): Promise<void>;
  close(): Promise<void>;
  /** The process dies now. */
  crash(): void;
  isDead(): boolean;
  photo(name: string): string;
  remove(): void;
}

/** Copies the original's bytes; the last byte says which recipe. */
function copyingDarkroom(bench: Pick<Bench, 'broken' | 'diskFull' | 'stalled'>, live: () => boolean): Darkroom {
  return {
    inspect: async ({ path, thumbPath, screenPath }) => {
      if (!live()) return never();
      for (const target of [thumbPath, screenPath]) writeFileSync(target, 'small');
      return ok({ width: 40, height: 30, format: 'jpeg', bytes: statSync(path).size, bitDepth: 8, frames: 1 });
    },
    prepare: never,
    regions: never,
    export: async ({ path, outPath }, onProgress) => {
      if (!live()) return never();
      onProgress?.(0.5);
      const content = Buffer.concat([readFileSync(path), Buffer.from('!')]);
      writeFileSync(outPath, content.subarray(0, 3));
      if (!live()) return never();
      if (bench.diskFull) {
        rmSync(outPath);
        return fail({ code: 'disk_full', message: `The disk is full, so ${basename(outPath)} could not be saved. Nothing was charged.` });
      }
      if ([...bench.broken].some((name) => path.endsWith(name))) {
        rmSync(outPath);
        return fail({
          code: 'picture_damaged',
          message: 'It is damaged or incomplete. Nothing was charged. Copy it again from the camera or card.',
        });
      }
      writeFileSync(outPath, content);
      if (!live()) return never();
      return ok({ width: 40, height: 30, bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') });
    },
    process: async ({ path, outPath }) => {
      await bench.stalled;
      if (!live()) return never();
      if ([...bench.broken].some((name) => path.endsWith(name)))
        return fail({ code: 'picture_damaged', message: 'It is damaged or incomplete. Nothing was charged.' });
      const content = Buffer.concat([readFileSync(path), Buffer.from('?')]);
      writeFileSync(outPath, content);
      if (!live()) return never();
      const sha256 = createHash('sha256').update(content).digest('hex');
      return ok({ width: 40, height: 30, format: 'jpeg', bytes: content.length, sha256 });
    },
    close: async () => undefined,
  };
}

export function createBench(credits: number): Bench {
  const folder = mkdtempSync(join(tmpdir(), 'backlot-applying-'));
  const photos = join(folder, 'photos in');
  mkdirSync(photos);
  const world = fakeWorld();
  const server = new ModelServer(credits);
  let dead = true;
  let endProcess = (): void => undefined;

  const bench: Bench = {
    folder,
    server,
    world,
    batchEvents: [],
    runEvents: [],
    broken: new Set(),
    undelivered: [],
    begun: [],
    online: true,
    stalled: Promise.resolve(),
    diskFull: false,
    // Set by open().
    library: undefined as unknown as Library,
    store: undefined as unknown as LibraryStore,
    paidWork: undefined as unknown as PaidWork,
    applying: undefined as unknown as Applying,
    processing: undefined as unknown as Processing,
    isDead: () => dead,
    photo(name) {
      writeFileSync(join(photos, name), Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.from(name)]));
      return join(photos, name);
    },
    async open(deaths = { passed: 0, dieAt: Number.POSITIVE_INFINITY }) {
      dead = false;
      const process = { alive: true };
      const jobsDb = openDatabase({ path: join(folder, 'paid-work.db'), migrations: paidWorkMigrations, durability: 'full' });
      const store = new LibraryStore(openDatabase({ path: join(folder, 'library.db'), migrations: libraryMigrations, durability: 'full' }));
      endProcess = () => {
        process.alive = false;
        dead = true;
        jobsDb.close();
        store.close();
      };
      /** Passing here may be the last thing the process does. */
      const live = (): boolean => {
        if (!process.alive) return false;
        deaths.passed += 1;
        if (deaths.passed === deaths.dieAt) endProcess();
        return process.alive;
      };
      const timers = { after: (ms: Millis, task: () => void) => world.timers.after(ms, () => process.alive && task()) };
      const mortal = { ...world, timers };
      const surviving = (act: () => void): void => {
        if (!live()) throw new Dead();
        act();
      };
      const transport: Transport = {
        ...server,
        download: server.download,
        upload: server.upload,
        listen: server.listen,
        async send(request) {
          if (!live()) return never();
          if (!bench.online) return { kind: 'silence', reason: 'The credit server cannot be reached.' };
          const answer = await server.send(request);
          return live() ? answer : never();
        },
      };
      const darkroom = copyingDarkroom(bench, live);
      const folders = libraryFolders(folder);
      const emit: ConstructorParameters<typeof Library>[0]['emit'] = (name, payload) => {
        // The name says which payload it is.
        if (name === 'applying.changed') bench.batchEvents.push(payload as Batch);
        if (name === 'processing.changed') bench.runEvents.push(payload as ProcessingRun);
      };
      const library = new Library({ store, darkroom, world: mortal, emit, folderOf: folders.photo });
      const files = { backgroundPath: null, logoPath: null };
      const rendering = { darkroom, library, resultsFolder: folders.results, photoFolder: folders.photo, filesOf: () => ok(files) };
      const filing = { store, library, darkroom, folders, outputFolder: () => join(folder, 'out'), world: mortal };
      /** The process may die before a note is on disk, and right afterwards. */
      class MortalRecords extends PaidRecords {
        override async keep(record: PaidRecord): Promise<void> {
          surviving(() => undefined);
          await super.keep(record);
          surviving(() => undefined);
        }
      }
      const records = new PaidRecords(folder, mortal);
      bench.library = library;
      bench.store = store;
      const quoteFor = ({ length }: readonly unknown[]): PriceView => ({
        photos: length,
        total: String(length),
        slices: [],
        availableAfter: '0',
        refusal: length <= server.available ? null : { code: 'insufficient_credit', message: 'Not enough credit.' },
      });
      const unit = (): Unit => ({ code: 'credit', scale: 0 });
      const craft = new ApplyCraft({ rendering, filing, library, largestRequest: 5, unit, quoteFor, copied: () => undefined });
      const processedFiles = new ProcessedFiles({
        ...{ darkroom, library, store },
        watermark: () => fail({ code: 'asset_unknown', message: 'There are no logos here.' }),
        world: mortal,
        photoFolder: folders.photo,
        workFolder: join(folder, 'processing'),
      });
      const price = (count: number): ProcessingCost => ({
        ...{ photos: count, each: '1', total: String(count), free: false },
        refusal: count <= server.available ? null : { code: 'insufficient_credit', message: 'Not enough credit.' },
      });
      const processCraft = new ProcessCraft({ files: processedFiles, price, records, world: mortal });
      const crafts = [craft, processCraft];
      /** The process may die before anything is on disk, and right afterwards. */
      class MortalStore extends PaidWorkStore {
        override create(record: BatchRecord, all: readonly Job[]): void {
          surviving(() => super.create(record, all));
          surviving(() => undefined);
        }
        override setPhase(id: string, phase: Phase): void {
          surviving(() => super.setPhase(id, phase));
          surviving(() => undefined);
        }
        override advance(steps: readonly Step[]): Job[] {
          surviving(() => undefined);
          const after = super.advance(steps);
          for (const { job, event } of steps) if (event.kind === 'started') bench.begun.push(job.photo.name);
          surviving(() => undefined);
          return after;
        }
      }
      const jobs = new MortalStore(jobsDb, crafts);
      bench.paidWork = new PaidWork({
        store: jobs,
        crafts,
        records: new MortalRecords(folder, mortal),
        world: mortal,
        transport: () => (bench.online ? transport : null),
        undelivered: ({ photo }) => void bench.undelivered.push(photo.name),
        fileExists: existsSync,
        ledgerMoved: () => undefined,
      });
      bench.applying = new Applying({
        paidWork: bench.paidWork,
        craft,
        store: jobs,
        photos: store,
        library,
        world: mortal,
        emit,
        account: () => accountNamed('acc_test'),
        unit,
        offline: () => (bench.online ? null : offlineNow('Applying', null)),
        checkFiles: () => null,
        hasLogos: () => false,
        quoteFor,
      });
      bench.processing = new Processing({
        ...{ paidWork: bench.paidWork, files: processedFiles, records, emit, unit },
        craft: processCraft,
        store: jobs,
        photos: store,
        world: mortal,
        account: () => accountNamed('acc_test'),
        // The copy of the ledger promises everything; the server decides.
        price: (count) => ({ ...price(count), refusal: null }),
        offline: () => (bench.online ? null : offlineNow('Processing', null)),
        outputFolder: () => join(folder, 'out'),
      });
      bench.processing.tidy();
      bench.paidWork.resume();
      bench.paidWork.connected();
    },
    async close() {
      if (!dead) await bench.paidWork.stop();
      if (!dead) bench.applying.close();
      if (!dead) endProcess();
      dead = true;
    },
    crash: () => endProcess(),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
  return bench;
}

/** Lets the process work: real input and output at once, planned tasks when nothing else happens. */
export async function until(bench: Bench, reached: () => boolean, turns = 200_000): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) {
    if (bench.isDead() || reached()) return;
    await new Promise((resolve) => setImmediate(resolve));
    if (turn % 20 === 19) bench.world.runNext();
  }
  throw new Error(`Not reached. ${JSON.stringify(bench.applying.batches())} ${bench.world.lines.join('\n')}`);
}

/** What the user asks for may be the last thing that the process does. */
export function unlessItDies(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof Dead)) throw error;
  }
}

export const allDone = (bench: Bench) => (): boolean =>
  bench.applying.batches().every(({ state }) => state === 'finished' || state === 'cancelled');

const filesIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((item) => item.isFile())
        .map((item) => item.name)
    : [];
/** Every file below the results folder, for leftovers. */
export const resultFiles = (bench: Bench): string[] => filesIn(join(bench.folder, 'results'));
/** Every file of processing that is on its way. */
export const filesOnTheirWay = (bench: Bench): string[] => filesIn(join(bench.folder, 'processing'));
/** Every file that was delivered. */
export const deliveredFiles = (bench: Bench): string[] => filesIn(join(bench.folder, 'out'));
