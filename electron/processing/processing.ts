/**
 * Processing the pictures that photos show now by a chain of steps: a preview of one, files of many in the output folder. A run is
 * durable: the next start goes on where this one ended, however it ended. Originals and results are only read.
 */
import { hasCode } from '../../shared/api/index.ts';
import { NO_ACCOUNT } from '../../shared/credits/model/minting.ts';
import type { Chain, StepKind } from '../../shared/edit/processing/chain.ts';
import type { ProcessedPreview, ProcessingCost, ProcessingRun } from '../../shared/ipc/processing.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Emit } from '../events.ts';
import type { PaidRecords } from '../paid-work/records.ts';
import { carry, type Limits } from './carrying.ts';
import { type ChargingParts, createCharging } from './charging.ts';
import { createMaking, type MakingParts } from './making.ts';
import { isOver, type Live, liveRun, mayBeCharged, order, viewRun } from './runs.ts';
import type { Item, ProcessingStore, RunRecord } from './store.ts';
import { discardedUnpaid, interruptedFor, laterFor, runUnknown, setAsideFor, stillRunning, summaryOf, unexpected } from './words.ts';

export interface Processing {
  cost(photos: number, chain: Chain): ProcessingCost;
  /** A small picture of what the chain makes of what the photo shows now. Free and offline, whatever the policy. */
  preview(photoId: string, chain: Chain): Promise<Result<ProcessedPreview>>;
  /** Begins; `processing.changed` events tell how it goes. One run at a time. */
  start(photoIds: readonly string[], chain: Chain): Result<ProcessingRun>;
  /** Photos that are being written finish. */
  cancel(runId: string): Result<ProcessingRun>;
  /** The run that is going on, or the last one. */
  run(): ProcessingRun | null;
  /** Which photo an operation was for. */
  photoOf(opId: string): { id: string; name: string } | null;
  /** Takes up what an earlier process left. */
  resume(): void;
  /** There is a connection (again). */
  connected(): void;
  /** There may be credit for what is made, not paid. */
  creditChanged(): void;
  /** Whether a run goes on with the file of that operation, or with that item, by itself. */
  isLive(id: string): boolean;
  /** Resolves when the photos that are being written are; the rest is for the next start. */
  close(): Promise<void>;
}

export interface ProcessingParts extends MakingParts, Omit<ChargingParts, 'world'> {
  readonly rows: ProcessingStore;
  readonly emit: Emit;
  readonly outputFolder: () => string;
  readonly records: PaidRecords;
  /** A photo was charged, and there is no file. */
  readonly undelivered: (item: Item) => void;
}

/** How long a run that cannot be ended is left alone. */
const AGAIN_MS = 5 * 60_000;
/** As many as the darkroom does side by side. */
const SIDE_BY_SIDE = 2;

const kindsOf = (chain: Chain): StepKind[] => chain.map(({ kind }) => kind);

export function createProcessing(parts: ProcessingParts): Processing {
  const { rows, store, world, emit, outputFolder, records } = parts;
  const making = createMaking(parts);
  const charging = createCharging(parts, () => announce());
  const closing = new AbortController();
  let current: Live | null = null;
  /** Runs whose rows could not be kept: for the next start. */
  const broken = new Set<string>();
  let tidied: Promise<void> | null = null;
  let ending: Promise<void> = Promise.resolve();
  /** Wakes a run that waits for credit. */
  let creditCame: (() => void) | null = null;
  let forgetLater = (): void => undefined;

  const view = (live: Live): ProcessingRun => viewRun(live, charging.unit(), charging.waits());
  function announce(): void {
    if (current !== null) emit('processing.changed', view(current));
  }

  function take(record: RunRecord, all: readonly Item[], resumed: boolean): Live {
    const live = liveRun(record, all, resumed);
    current = live;
    ending = work(live).catch((error: unknown) => interrupted(live, error));
    return live;
  }

  async function work(live: Live): Promise<void> {
    await tidied;
    withhold(live);
    for (;;) {
      await lanes(live);
      if (closing.signal.aborted) return;
      if (live.aside.signal.aborted) return setAside(live);
      const unpaid = [...live.items.values()].filter(({ state }) => state === 'unpaid');
      if (unpaid.length === 0) break;
      if (live.cancelled.signal.aborted) for (const item of unpaid) await drop(live, item);
      else {
        announce();
        await creditOrEnd(live);
      }
    }
    const left = [...live.items.values()].filter((item) => !isOver(item) && !isLetGo(live, item));
    if (left.length === 0) finish(live);
    else later(live);
  }

  /** Not begun, or cancelled before its hold was known: that comes back by itself. */
  const isLetGo = ({ cancelled }: Live, { state, made }: Item): boolean =>
    state === 'waiting' || (state === 'asked' && made === null && cancelled.signal.aborted);

  /** A free run from before the policy was known to keep one of its steps for applying (ST-02) ends here. */
  function withhold(live: Live): void {
    const { refusal } = charging.cost(1, kindsOf(live.record.chain));
    if (!live.record.free || !hasCode(refusal, 'sold_with')) return;
    for (const item of live.items.values()) {
      if (isOver(item)) continue;
      const withheld: Item = { ...item, state: 'failed', problem: { ...refusal, file: item.photoName } };
      rows.save(withheld);
      live.items.set(item.id, withheld);
    }
  }

  /** Every photo that can go on, a few at a time. */
  async function lanes(live: Live): Promise<void> {
    const { record, items, cancelled, aside } = live;
    // What stands furthest is nearest to its charge.
    const waiting = [...items.values()].filter((item) => !isOver(item)).sort((a, b) => order[b.state] - order[a.state]);
    const stop = AbortSignal.any([closing.signal, aside.signal]);
    const limits = { begun: AbortSignal.any([cancelled.signal, stop]), held: stop };
    const lane = async (): Promise<void> => {
      for (let item = waiting.shift(); item !== undefined && !stop.aborted; item = waiting.shift()) {
        if (item.state === 'waiting' && (cancelled.signal.aborted || live.creditRanOut)) continue;
        if (item.state === 'unpaid' && (cancelled.signal.aborted || !mayBePaid(live))) continue;
        const isGivenUp = item.state === 'asked' && item.made === null && cancelled.signal.aborted;
        const after = isGivenUp ? item : await carried(live, item, limits);
        // The next one would hear the same.
        live.creditRanOut ||= after.state === 'failed' && hasCode(after.problem, 'insufficient_credit');
        if (after.state === 'asked' && after.made === null && after.opId !== null && cancelled.signal.aborted)
          await charging.release(record.accountId, after.opId, 'cancelled');
      }
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, lane));
  }

  /** By the copy of the ledger; the server decides. */
  const mayBePaid = ({ record }: Live): boolean => charging.cost(1, kindsOf(record.chain)).refusal === null;

  /** Until there may be credit, or the run is not to go on. */
  function creditOrEnd({ cancelled, aside }: Live): Promise<void> {
    return new Promise((resolve) => {
      const ends = [cancelled.signal, aside.signal, closing.signal];
      const end = (): void => {
        for (const signal of ends) signal.removeEventListener('abort', end);
        creditCame = null;
        resolve();
      };
      creditCame = end;
      for (const signal of ends) signal.addEventListener('abort', end);
      if (ends.some(({ aborted }) => aborted)) end();
    });
  }

  /** Made, not paid, and not wanted any more: nothing is held for it. */
  async function drop(live: Live, item: Item): Promise<void> {
    const dropped: Item = { ...item, state: 'failed', problem: discardedUnpaid(item.photoName), made: null };
    rows.save(dropped);
    live.items.set(item.id, dropped);
    if (item.made !== null) await making.discard(item.made);
    if (item.opId !== null) records.forget(item.opId);
  }

  async function carried(live: Live, item: Item, limits: Limits): Promise<Item> {
    const changed = (next: Item): void => void live.items.set(next.id, next);
    const carrying = { store: rows, making, charging, records, undelivered: parts.undelivered, world };
    try {
      return await carry(carrying, live.record, item, limits, changed);
    } catch (error) {
      const stands = live.items.get(item.id) ?? item;
      world.log('a photo could not be processed', { photo: item.photoId, state: stands.state, error: String(error) });
      // Its charge is made, or its file placed, at the next start; the others go on.
      if (!live.record.free && mayBeCharged(stands)) return stands;
      const failed: Item = { ...stands, state: 'failed', problem: unexpected(item.photoName) };
      rows.save(failed);
      changed(failed);
      if (failed.opId !== null) await charging.release(live.record.accountId, failed.opId, 'failed');
      return failed;
    } finally {
      announce();
    }
  }

  function setAside(live: Live): void {
    live.summary = setAsideFor(view(live));
    announce();
    next();
  }

  /** Something of it is charged, or may be, and cannot be ended now: it is tried again after a while, and at the next start. */
  function later(live: Live): void {
    broken.add(live.record.id);
    live.summary = laterFor(view(live));
    announce();
    forgetLater = world.timers.after(AGAIN_MS, () => {
      broken.delete(live.record.id);
      next();
    });
    next();
  }

  function finish(live: Live): void {
    rows.setPhase(live.record.id, 'over');
    live.summary = summaryOf(view(live), charging.unit());
    announce();
    next();
  }

  /** Its rows cannot be kept (a full disk, say): nothing more is begun, and the next start goes on. */
  function interrupted(live: Live, error: unknown): void {
    world.log('a run of processing was interrupted', { run: live.record.id, error: String(error) });
    broken.add(live.record.id);
    live.summary = interruptedFor(view(live));
    announce();
  }

  /** Whoever is signed in pays for nobody else: another account's run waits for that account. */
  const isOurs = ({ free, accountId }: RunRecord): boolean => free || accountId === charging.account();
  function next(): void {
    if (closing.signal.aborted || (current !== null && current.summary === null)) return;
    const record = rows.openRuns().find((run) => isOurs(run) && !broken.has(run.id));
    if (record !== undefined) take(record, rows.items(record.id), true);
  }

  return {
    cost: (photos, chain) => charging.cost(photos, kindsOf(chain)),
    async preview(photoId, chain) {
      // What applying sells is not shown here for nothing either (ST-02).
      const { refusal } = charging.cost(1, kindsOf(chain));
      return hasCode(refusal, 'sold_with') ? fail(refusal) : making.preview(photoId, chain);
    },
    photoOf: rows.photoOf,
    start(photoIds, chain) {
      if (current !== null && current.summary === null) return fail(stillRunning);
      const cost = charging.cost(photoIds.length, kindsOf(chain));
      if (cost.refusal !== null) return fail(cost.refusal);
      const id = world.ids.next();
      const record: RunRecord = {
        id,
        accountId: charging.account() ?? NO_ACCOUNT,
        chain,
        folder: outputFolder(),
        free: cost.free,
        phase: 'running',
      };
      const all = photoIds.map((photoId, position): Item => {
        const photoName = store.photo(photoId)?.name ?? 'A photo';
        const fresh = { state: 'waiting', opId: null, made: null, charged: null, problem: null } as const;
        return { id: world.ids.next(), runId: id, position, photoId, photoName, ...fresh };
      });
      rows.create(record, all);
      return ok(view(take(record, all, false)));
    },
    cancel(runId) {
      if (current?.record.id !== runId || current.summary !== null || current.cancelled.signal.aborted) return fail(runUnknown);
      rows.setPhase(runId, 'cancelled');
      current.cancelled.abort();
      announce();
      return ok(view(current));
    },
    run: () => (current === null ? null : view(current)),
    resume() {
      const listed = rows.openRuns().flatMap(({ id }) => rows.items(id).flatMap(({ made }) => made ?? []));
      const noted = records.opIds('process').flatMap((opId) => records.find(opId)?.work.file.path ?? []);
      const kept = [...listed, ...noted];
      tidied = making.tidy(new Set(kept)).catch((error: unknown) => world.log('the work folder is not tidy', { error: String(error) }));
      next();
    },
    connected() {
      if (current !== null && !isOurs(current.record)) current.aside.abort();
      charging.connected();
      creditCame?.();
      next();
    },
    creditChanged() {
      if (current !== null && mayBePaid(current)) creditCame?.();
    },
    isLive: (id) => {
      const item = rows.itemOf(id);
      return item !== null && !isOver(item) && rows.openRuns().some((run) => run.id === item.runId);
    },
    async close() {
      closing.abort();
      forgetLater();
      await ending;
      await tidied;
      rows.close();
    },
  };
}
