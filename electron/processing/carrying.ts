/**
 * One photo of a run, from where it stands to its end. Each step is on disk before its consequence begins, so that the process may
 * die at any line: what was asked is asked again under the same id, what was being made is made again, what was made is settled, and
 * what is settled is put where it belongs, once. Nothing is put there before (`paid-work/paying.ts`).
 */
import { existsSync } from 'node:fs';
import { fail, ok, type Problem, type Result } from '../../shared/result.ts';
import { payFor } from '../paid-work/paying.ts';
import type { PaidRecords } from '../paid-work/records.ts';
import type { World } from '../world.ts';
import type { Charging } from './charging.ts';
import type { Making } from './making.ts';
import type { Item, ProcessingStore, RunRecord } from './store.ts';
import { chargedAndLost, madeNotPaid, notPlacedYet } from './words.ts';

export interface CarryingParts {
  readonly store: Pick<ProcessingStore, 'save'>;
  readonly making: Making;
  readonly charging: Charging;
  readonly records: Pick<PaidRecords, 'keep' | 'forget'>;
  /** A photo was charged, and there is no file. */
  readonly undelivered: (item: Item) => void;
  readonly world: World;
}

/** When to give up asking: before its credit is held, the user may say so; afterwards only the end of the studio. */
export interface Limits {
  readonly begun: AbortSignal;
  readonly held: AbortSignal;
}

/** The photo as it stands afterwards; not final when it was given up, waits for credit or room, or for the next start. */
export async function carry(
  parts: CarryingParts,
  run: RunRecord,
  item: Item,
  limits: Limits,
  changed: (item: Item) => void,
): Promise<Item> {
  return new Carried(parts, run, item, limits, changed).goOn();
}

class Carried {
  readonly #parts: CarryingParts;
  readonly #run: RunRecord;
  readonly #limits: Limits;
  readonly #changed: (item: Item) => void;
  #now: Item;
  /** Its charge may have been asked for already, by an earlier try or by this one. */
  #mayBeCharged: boolean;
  /** It may have been placed already, by an interrupted try. */
  readonly #mayBePlaced: boolean;

  constructor(parts: CarryingParts, run: RunRecord, item: Item, limits: Limits, changed: (item: Item) => void) {
    this.#parts = parts;
    this.#run = run;
    this.#limits = limits;
    this.#changed = changed;
    this.#now = item;
    this.#mayBeCharged = item.made !== null || item.state === 'placed' || item.charged !== null;
    this.#mayBePlaced = item.made !== null;
  }

  async goOn(): Promise<Item> {
    if (this.#now.made !== null && !existsSync(this.#now.made)) this.#makeAgain();
    if (this.#is('waiting', 'asked') && this.#now.made === null && !(await this.#begin())) return this.#now;
    if (this.#is('held') && !(await this.#make())) return this.#now;
    if (this.#run.free && this.#is('made')) this.#save({ state: 'paid', charged: '0' });
    if (this.#is('made', 'asked', 'unpaid', 'placed')) await this.#pay();
    if (this.#is('paid')) await this.#place();
    return this.#now;
  }

  #is(...states: readonly Item['state'][]): boolean {
    return states.includes(this.#now.state);
  }

  #save(change: Partial<Item>): void {
    this.#now = { ...this.#now, ...change };
    this.#parts.store.save(this.#now);
    this.#changed(this.#now);
  }

  /** What may be charged keeps its operation; only where nothing is held does it begin anew. */
  #makeAgain(): void {
    if (this.#is('unpaid')) this.#save({ state: 'waiting', made: null, opId: null, problem: null });
    else this.#save({ state: this.#is('asked') ? 'asked' : 'held', made: null });
  }

  /** Holds its credit. False: it went no further. */
  async #begin(): Promise<boolean> {
    const { making, world } = this.#parts;
    const missing = this.#is('waiting') ? await making.missing(this.#now.photoId) : null;
    if (missing !== null) return this.#fails(missing);
    if (!this.#run.free) {
      const opId = this.#now.opId ?? world.ids.next();
      if (this.#is('waiting')) this.#save({ state: 'asked', opId });
      const held = await this.#hold(opId, this.#limits.begun);
      if (held === null) return false;
      if (!held.ok) {
        this.#save({ state: 'failed', problem: held.error });
        return false;
      }
    }
    this.#save({ state: 'held' });
    return true;
  }

  #hold(opId: string, giveUp: AbortSignal): Promise<Result<void> | null> {
    const { accountId, chain } = this.#run;
    const { photoId, photoName: name } = this.#now;
    return this.#parts.charging.hold({ accountId, opId, photoId, name, steps: chain.map(({ kind }) => kind) }, giveUp);
  }

  async #make(): Promise<boolean> {
    const { making } = this.#parts;
    const { id, photoId, photoName, charged } = this.#now;
    const made = await making.make(id, photoId, this.#run.chain);
    if (!made.ok) return this.#fails(made.error);
    this.#save({ state: 'made', made: made.value });
    if (charged !== null) return true;
    // Nobody pays for a file that there is no place for.
    const roomless = await making.roomFor(made.value, photoName, this.#run.folder);
    return roomless === null || this.#fails(roomless);
  }

  async #pay(): Promise<void> {
    const { charging, world, making, records } = this.#parts;
    const { accountId } = this.#run;
    const placedBefore = this.#now.made === null;
    // Its last hold was refused for want of credit, for ever: another one is asked for.
    if (this.#is('unpaid')) this.#save({ state: placedBefore ? 'placed' : 'asked', opId: world.ids.next(), problem: null });
    const paid = await payFor(
      {
        newId: () => world.ids.next(),
        keep: (opId) => this.#save({ state: placedBefore ? 'placed' : 'asked', opId }),
        settle: async (opId) => {
          this.#mayBeCharged = true;
          await this.#note(opId);
          return charging.settle(accountId, opId, this.#limits.held);
        },
        hold: async (opId) => {
          const held = await this.#hold(opId, this.#limits.held);
          if (held === null) return null;
          return held.ok ? { kind: 'held' } : { kind: 'refused', problem: held.error };
        },
        pause: (ms) => charging.pause(ms, this.#limits.held),
      },
      this.#now.opId ?? '',
      !this.#is('asked'),
    );
    switch (paid.kind) {
      case 'paid':
        return this.#save({ state: placedBefore ? 'done' : 'paid', charged: paid.charged });
      case 'not paid':
        return this.#save({ state: 'unpaid', problem: madeNotPaid(this.#now.photoName) });
      case 'given up': {
        const { made } = this.#now;
        this.#save({ state: 'failed', problem: paid.problem, made: null });
        if (made !== null) await making.discard(made);
        return records.forget(paid.opId);
      }
      case 'unanswered':
        return;
    }
  }

  /** The file by its operation, in case that the list is lost. It is the second safety: without it the row is the only one. */
  async #note(opId: string): Promise<void> {
    const { made, id: jobId, photoId, photoName } = this.#now;
    if (made === null) return;
    const { making, records, world } = this.#parts;
    const { accountId, folder } = this.#run;
    try {
      const photo = { id: photoId, name: photoName, origin: null };
      const work = { kind: 'process', file: { path: made }, folder, ...(await making.destination(photoId, photoName, made)) } as const;
      await records.keep({ opId, accountId, jobId, photo, work });
    } catch (error) {
      world.log('a finished file could not be noted', { item: jobId, error: String(error) });
    }
  }

  /** Paid for, so it has to get there: where it cannot now, it stays and is put there later. */
  async #place(): Promise<void> {
    const { making, records } = this.#parts;
    const { made, photoId, photoName, opId } = this.#now;
    if (made === null) return;
    const placed = await making.place(made, photoId, photoName, this.#run.folder, this.#mayBePlaced || this.#now.problem !== null);
    if (!placed.ok) {
      const problem = this.#run.free ? placed.error : notPlacedYet(photoName, this.#run.folder, placed.error);
      return this.#run.free ? void (await this.#fails(problem)) : this.#save({ problem });
    }
    this.#save({ state: 'done', made: null, problem: null });
    await making.discard(made);
    if (opId !== null) records.forget(opId);
  }

  /** It cannot be made or placed: what is held goes back. What turns out to be charged is delivered, or its case is told. Always false. */
  async #fails(problem: Problem): Promise<false> {
    const { making, records, undelivered } = this.#parts;
    const { opId, made } = this.#now;
    const charged = await this.#chargedAfterAll();
    if (!charged.ok) return false;
    if (charged.value !== null && made !== null && existsSync(made)) {
      this.#save({ state: 'paid', charged: charged.value });
      await this.#place();
      return false;
    }
    if (charged.value === null) this.#save({ state: 'failed', problem, made: null });
    else this.#save({ state: 'undelivered', problem: chargedAndLost(this.#now.photoName, problem), made: null, charged: charged.value });
    if (made !== null) await making.discard(made);
    if (opId !== null) records.forget(opId);
    if (charged.value !== null) undelivered(this.#now);
    return false;
  }

  /** Gives back what is held. What was charged all the same, or null; a failure when that is not known: it is asked at the next start. */
  async #chargedAfterAll(): Promise<Result<string | null, null>> {
    const { opId, charged } = this.#now;
    if (this.#run.free || opId === null) return ok(null);
    if (charged !== null) return ok(charged);
    const released = await this.#parts.charging.release(this.#run.accountId, opId, 'failed');
    if (released === 'unanswered') return this.#mayBeCharged ? fail(null) : ok(null);
    return ok(released === null ? null : released.charged);
  }
}
