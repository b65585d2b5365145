/** What a run of `process` pays for, on the engine for paid work: what an earlier run left is finished first. */

import { existsSync, readFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import type { Darkroom } from '../../electron/darkroom/port.ts';
import {
  batchOfCommandLine,
  commandLineMigrations,
  EARLIER_BATCH,
  fileIn,
} from '../../electron/paid-work/earlier/command-line-database.ts';
import { takeOver } from '../../electron/paid-work/earlier/take-over.ts';
import { isFinal, type Job } from '../../electron/paid-work/job.ts';
import { newBatch } from '../../electron/paid-work/new-batch.ts';
import { PaidWork } from '../../electron/paid-work/paid-work.ts';
import { PaidRecords } from '../../electron/paid-work/records.ts';
import { PaidWorkStore, paidWorkMigrations } from '../../electron/paid-work/store.ts';
import { openOrSetAside } from '../../electron/storage/sqlite.ts';
import type { Transport } from '../../electron/wallet/transport.ts';
import { isoOf } from '../../electron/world.ts';
import { opIdFrom } from '../../shared/credits/model/minting.ts';
import type { AccountId, Millis } from '../../shared/credits/model/quantities.ts';
import type { Problem } from '../../shared/result.ts';
import type { Session } from '../command.ts';
import { EARLIER_RUN } from '../sentences.ts';
import { untilOver } from '../until-over.ts';
import { FileCraft, type FileTask, type FileWork, NOTE_BEFORE } from './craft.ts';

/** Where jobs are kept, in the account's folder for processing. */
const PAID_WORK_FILE = 'paid-work.db';

interface PaidRunParts {
  readonly session: Session;
  /** The account's own for processing; nobody else works in it meanwhile. */
  readonly folder: string;
  readonly accountId: AccountId;
  readonly darkroom: Pick<Darkroom, 'process'>;
}

/** A file that a run is to make; `key` is the same for the same photo, steps and place. */
export interface WantedFile {
  readonly key: string;
  readonly name: string;
  readonly work: FileWork;
}

const DROPPED: Problem = { code: 'cancelled', message: 'It was made and not paid, and discarded. Nothing was charged for it.' };

/** Paid processing on an account's own folder. Finishes what an earlier run left before it takes new work. */
export class PaidRun {
  readonly #session: Session;
  readonly #accountId: AccountId;
  readonly #records: PaidRecords;
  /** Finished files wait here, under their keys. */
  readonly #madeFolder: string;
  readonly #store: PaidWorkStore;
  readonly #engine: PaidWork;
  readonly craft: FileCraft;
  #transport: Transport | null = null;

  constructor({ session, folder, accountId, darkroom }: PaidRunParts) {
    const { world } = session;
    const madeFolder = join(folder, 'made');
    this.#madeFolder = madeFolder;
    this.#session = session;
    this.#accountId = accountId;
    this.#records = new PaidRecords(folder, world);
    this.craft = new FileCraft({ darkroom, madeFolder, records: this.#records, world });
    const options = { path: join(folder, PAID_WORK_FILE), migrations: paidWorkMigrations, durability: 'full' } as const;
    this.#store = new PaidWorkStore(openOrSetAside(options, isoOf(world.clock.now())).db, [this.craft]);
    const batches = batchOfCommandLine(accountId, madeFolder, world);
    takeOver(this.#store, { path: join(folder, 'paid.db'), migrations: commandLineMigrations, batches }, world);
    this.#engine = new PaidWork({
      store: this.#store,
      crafts: [this.craft],
      records: this.#records,
      world,
      transport: (account) => (account === accountId ? this.#transport : null),
      undelivered: ({ opId }) => world.log('charged, and its file is gone', { opId }),
      fileExists: existsSync,
      ledgerMoved: () => undefined,
    });
  }

  /** Discards what earlier runs have made and not paid; answers how many files. Called before `connect`. */
  dropUnpaid(): number {
    const open = [EARLIER_BATCH, ...this.#store.openBatches().map(({ id }) => id)];
    const unpaid = open.flatMap((id) => this.#store.jobs(id)).filter(({ state }) => state === 'unpaid');
    this.#store.advance(unpaid.map((job) => ({ job, event: { kind: 'cancelled', problem: DROPPED } })));
    for (const job of unpaid) {
      this.#records.forget(job.opId);
      // The store hands out only tasks that are this craft's.
      this.craft.discard({ ...job, task: { work: null } });
    }
    return unpaid.length;
  }

  /** Takes up what an earlier run left, and finishes it. Throws when the network stays away. */
  async connect(waitMs: Millis): Promise<void> {
    this.#transport = (await this.#session.connect()).transport();
    this.#engine.resume();
    const left = this.#engine.batches(this.craft.kind).flatMap(({ jobs }) => [...jobs.values()]);
    if (left.some(({ state }) => !isFinal(state) && state !== 'unpaid')) this.#session.screen.note(EARLIER_RUN);
    this.#engine.connected();
    await this.#rest(waitMs);
  }

  /** Whether this very work is charged already: then it is made for nothing. */
  isCharged(key: string): boolean {
    return this.#store.jobsByKey(this.craft.kind, key).some(({ charged }) => charged !== null);
  }

  /** The job of this work that an earlier run began and that waits for credit; null: there is none. */
  waiting(key: string): Job | null {
    const [newest] = this.#store.jobsByKey(this.craft.kind, key);
    return newest !== undefined && this.#engine.isLive(this.craft.kind, newest.id) ? newest : null;
  }

  /** Holds, makes, settles and places; answers how each of them ended, in their order. Throws when the network stays away. */
  async pay(wanted: readonly WantedFile[], waitMs: Millis): Promise<Job[]> {
    if (wanted.length === 0) return [];
    const works = wanted.map(({ key, name, work }) => ({ photo: { id: name, name, origin: null }, task: { work }, key, problem: null }));
    const order = { accountId: this.#accountId, mode: 'as many as possible', isFree: false } as const;
    const fresh = newBatch<FileTask>(this.#session.world, this.craft, order, works);
    const batch = this.#engine.add({ ...fresh, jobs: fresh.jobs.map((job) => this.#adopted(job)) });
    this.#engine.tick();
    await this.#rest(waitMs);
    return [...batch.jobs.values()];
  }

  async close(): Promise<void> {
    await this.#engine.stop();
    this.#store.close();
  }

  /** Goes on with what was begun of the same work and is not over, under its operation and with its file. */
  #adopted(job: Job): Job {
    const before = this.#store
      .jobsByKey(this.craft.kind, job.key ?? '')
      .find(({ batchId, state }) => batchId === EARLIER_BATCH && !isFinal(state));
    // Its last hold was refused for want of credit, for ever: another one is asked for.
    if (before?.state === 'unpaid') {
      this.#store.advance([{ job: before, event: { kind: 'cancelled', problem: DROPPED } }]);
      const { made } = before;
      return made !== null && existsSync(made.path) ? { ...job, made, lapses: 1 } : job;
    }
    const begun = before === undefined ? this.#noted(job.key ?? '') : { opId: before.opId, made: before.made };
    if (begun === null) return job;
    const made = begun.made !== null && existsSync(begun.made.path) ? begun.made : null;
    return { ...job, opId: begun.opId, sent: true, made, lapses: made === null ? 0 : 1 };
  }

  /** What the notes beside finished files say, in case that the list of jobs was lost. */
  #noted(key: string): Pick<Job, 'opId' | 'made'> | null {
    for (const opId of this.#records.opIds('process')) {
      const { path = '' } = this.#records.find(opId)?.work.file ?? {};
      if (basename(path, extname(path)) === key) return { opId, made: { path, picture: null } };
    }
    const note = join(this.#madeFolder, `${key}.${NOTE_BEFORE}`);
    const lying = fileIn(this.#madeFolder, key);
    return lying !== null && existsSync(note) ? { opId: opIdFrom(readFileSync(note, 'utf8')), made: lying } : null;
  }

  /** Waits until everything is over or waits for credit. */
  #rest(waitMs: Millis): Promise<void> {
    const live = () => this.#engine.batches(this.craft.kind);
    return untilOver(this.#session, {
      look: () => {
        const jobs = live().flatMap((batch) => [...batch.jobs.values()]);
        const over = jobs.filter(({ state }) => isFinal(state) || state === 'unpaid').length;
        const problem = live().find((batch) => batch.stopped !== null)?.stopped ?? null;
        if (problem !== null) return { kind: 'stopped', problem };
        // A batch that is over is not live any more.
        if (over === jobs.length && live().every(({ by }) => by.unpaid.size > 0)) return { kind: 'over' };
        const waitsForNetwork = live().some((batch) => this.#engine.isBlocked(batch));
        return { kind: 'under way', said: `processing ${over} of ${jobs.length}`, waitsForNetwork };
      },
      watch: (changed) => {
        this.#engine.watch(this.craft.kind, changed);
        return () => this.#engine.watch(this.craft.kind, () => undefined);
      },
      cancel: () => {
        for (const batch of live()) this.#engine.setPhase(batch, 'cancelling');
      },
      waitMs,
      whenOffline:
        'What lies in the output folder is paid for; whether the rest was charged is not known. Run the same command again to go on: nothing is charged twice.',
    });
  }
}
