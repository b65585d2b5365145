/**
 * Corrected pictures come by themselves: what the server's list of reports names and this library has not is fetched, range by range, proved by its SHA-256,
 * and handed to the engine of paid work, which files it. The list is asked for whenever the account's stream wakes, and at the start.
 */
import { rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Report as ServerReport } from '../../shared/api/index.ts';
import { seconds } from '../../shared/credits/model/durations.ts';
import type { AccountId, OpId } from '../../shared/credits/model/quantities.ts';
import type { LibraryStore } from '../library/store.ts';
import { isFinal } from '../paid-work/job.ts';
import { newBatch } from '../paid-work/new-batch.ts';
import type { PaidWork } from '../paid-work/paid-work.ts';
import { fetchFile } from '../reporting/fetching.ts';
import { type Patience, RetryGate } from '../wallet/http/retry-gate.ts';
import type { Transport } from '../wallet/transport.ts';
import type { World } from '../world.ts';
import type { CorrectCraft } from './craft.ts';
import { ends } from './sentences.ts';
import { type CorrectTask, correctTask } from './task.ts';

interface FetchingParts {
  readonly store: LibraryStore;
  readonly paidWork: PaidWork;
  readonly craft: CorrectCraft;
  readonly world: World;
  /** Where pictures lie until they are filed. */
  readonly folder: string;
  readonly accountId: () => AccountId | null;
  /** Null while there is no way to the server. */
  readonly transportFor: (accountId: AccountId) => Transport | null;
  /** How the correction of a report stands, in words. */
  readonly tell: (reportId: string, words: string) => void;
}

/** A corrected picture that this library lacks. */
interface Wanted {
  readonly photoId: string;
  readonly name: string;
  readonly address: string;
  readonly task: CorrectTask;
}

/** The next try is this gate's to say. */
const ONE_TRY: Patience = { tries: 1, longestPauseMs: seconds(0) };

/** Fetches one picture at a time. */
export class Fetching {
  readonly #parts: FetchingParts;
  readonly #gate: RetryGate;
  #wanted: readonly Wanted[] = [];
  #running: Promise<void> | null = null;
  readonly #stop = new AbortController();

  constructor(parts: FetchingParts) {
    this.#parts = parts;
    this.#gate = new RetryGate(parts.world, () => this.#run());
  }

  /** What the server says about the reports of the account that is signed in. */
  seen(reports: readonly ServerReport[]): void {
    this.#wanted = reports.flatMap((report) => this.#wantedOf(report));
    this.#run();
  }

  /** There is a connection (again). */
  connected(): void {
    this.#gate.reset();
    this.#run();
  }

  /** Nothing is fetched after it. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#gate.stop();
    await this.#running;
  }

  #wantedOf(report: ServerReport): Wanted[] {
    const { store, tell } = this.#parts;
    const told = (words: string): [] => {
      tell(report.opId, words);
      return [];
    };
    return report.photos.flatMap(({ resultOpId, correction }): Wanted[] => {
      if (correction === null || this.#isThere(correction.opId)) return [];
      const faulty = store.versionOfOperation(resultOpId);
      // Another computer of this account made it.
      if (faulty === undefined) return [];
      const photo = store.photo(faulty.photo_id);
      if (photo === undefined || photo.removed_at !== null) return told(ends.photoRemoved);
      const { file, state, type, bytes, sha256 } = correction.upload;
      if (state === 'deleted' || file === null) return told(ends.deleted);
      const task = correctTask.safeParse({ opId: correction.opId, reportId: report.opId, versionId: faulty.id, type, bytes, sha256 });
      if (!task.success) return told(ends.kind);
      return [{ photoId: photo.id, name: photo.name, address: file, task: task.data }];
    });
  }

  #isLive(opId: OpId): boolean {
    const { paidWork, craft } = this.#parts;
    return paidWork.batches(craft.kind).some(({ jobs }) => [...jobs.values()].some(({ key, state }) => key === opId && !isFinal(state)));
  }

  #run(): void {
    if (this.#stop.signal.aborted || this.#running !== null || !this.#gate.isOpen) return;
    this.#running = this.#all()
      .catch((error: unknown) => {
        this.#parts.world.log('a corrected picture could not be fetched', { error: String(error) });
        this.#gate.close(null);
      })
      .finally(() => {
        this.#running = null;
        // Another list came in meanwhile.
        if (this.#wanted.some(({ task }) => !this.#isThere(task.opId))) this.#run();
      });
  }

  #isThere(opId: OpId): boolean {
    return this.#parts.store.photoOfOperation(opId) !== undefined || this.#isLive(opId);
  }

  async #all(): Promise<void> {
    const { accountId, transportFor, tell } = this.#parts;
    for (const wanted of this.#wanted) {
      if (this.#isThere(wanted.task.opId)) continue;
      const account = accountId();
      const transport = account === null ? null : transportFor(account);
      if (account === null || transport === null) return this.#gate.close(null);
      tell(wanted.task.reportId, ends.fetching);
      if (!(await this.#fetch(transport, wanted))) return this.#stop.signal.aborted ? undefined : this.#gate.close(null);
      if (this.#stop.signal.aborted) return;
      this.#gate.succeed();
      this.#file(account, wanted);
    }
  }

  /** True: it is there, whole and proved. */
  async #fetch(transport: Transport, { address, task }: Wanted): Promise<boolean> {
    const whole = fetchedIn(this.#parts.folder, task.opId);
    const part = `${whole}.part`;
    if ((await sizeOf(whole)) === task.bytes) return true;
    const parts = { transport, world: this.#parts.world, patience: ONE_TRY, stop: this.#stop.signal, progress: () => undefined };
    const fetched = await fetchFile(parts, { path: address, bytes: task.bytes, sha256: task.sha256 }, part);
    if (fetched.kind !== 'fetched') return false;
    await rename(part, whole);
    return true;
  }

  #file(accountId: AccountId, { photoId, name, task }: Wanted): void {
    const { paidWork, craft, world } = this.#parts;
    const work = { photo: { id: photoId, name, origin: null }, task, key: task.opId, problem: null };
    paidWork.add(newBatch(world, craft, { accountId, mode: 'as many as possible', isFree: true }, [work]));
    paidWork.tick();
  }
}

/** Where a corrected picture lies in that folder. */
export const fetchedIn = (folder: string, opId: string): string => join(folder, encodeURIComponent(opId));

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    return 0;
  }
}
