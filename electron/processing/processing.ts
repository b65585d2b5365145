/**
 * Processing the pictures that photos show now by a chain of steps: a preview of one, files of many in the output folder. A run is
 * durable: the next start goes on where this one ended, however it ended. Originals and results are only read.
 */
import { formatAmount, parseAmount } from '../../shared/credits/amount.ts';
import type { Chain, StepKind } from '../../shared/edit/processing/chain.ts';
import type { ProcessedPreview, ProcessingCost, ProcessingRun } from '../../shared/ipc/processing.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Emit } from '../events.ts';
import { carry, type Limits } from './carrying.ts';
import { type ChargingParts, createCharging } from './charging.ts';
import { createMaking, type MakingParts } from './making.ts';
import type { Item, ProcessingStore, RunRecord } from './store.ts';
import { interruptedFor, runUnknown, setAsideFor, stillRunning, summaryOf, unexpected } from './words.ts';

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
  /** Resolves when the photos that are being written are; the rest is for the next start. */
  close(): Promise<void>;
}

export interface ProcessingParts extends MakingParts, Omit<ChargingParts, 'world'> {
  readonly rows: ProcessingStore;
  readonly emit: Emit;
  readonly outputFolder: () => string;
}

interface Live {
  readonly record: RunRecord;
  readonly items: Map<string, Item>;
  readonly resumed: boolean;
  readonly cancelled: AbortController;
  /** Another account is signed in: it waits for its own. */
  readonly aside: AbortController;
  summary: string | null;
}

/** Beyond these the summary counts. */
const MOST_PROBLEMS = 100;
/** As many as the darkroom does side by side. */
const SIDE_BY_SIDE = 2;

const kindsOf = (chain: Chain): StepKind[] => chain.map(({ kind }) => kind);
const order: Readonly<Record<Item['state'], number>> = { waiting: 0, asked: 1, held: 2, made: 3, placed: 4, done: 5, failed: 5 };
const isOver = ({ state }: Item): boolean => state === 'done' || state === 'failed';

export function createProcessing(parts: ProcessingParts): Processing {
  const { rows, store, world, emit, outputFolder } = parts;
  const making = createMaking(parts);
  const charging = createCharging(parts, () => announce());
  const closing = new AbortController();
  let current: Live | null = null;
  /** Runs whose rows could not be kept: for the next start. */
  const broken = new Set<string>();
  let tidied: Promise<void> | null = null;
  let ending: Promise<void> = Promise.resolve();

  function view({ record, items, resumed, cancelled, summary }: Live): ProcessingRun {
    const all = [...items.values()];
    const unit = charging.unit();
    const sum = all.reduce((total, { charged }) => total + (parseAmount(charged ?? '', unit) ?? 0n), 0n);
    return {
      id: record.id,
      state: cancelled.signal.aborted ? 'cancelled' : summary === null ? 'running' : 'finished',
      total: all.length,
      done: all.filter(({ state }) => state === 'done').length,
      failed: all.filter(({ state }) => state === 'failed').length,
      free: record.free,
      charged: formatAmount(sum, unit),
      folder: record.folder,
      resumed,
      waiting: summary === null && charging.waits(),
      summary,
      problems: all.flatMap(({ problem }) => problem ?? []).slice(0, MOST_PROBLEMS),
    };
  }
  function announce(): void {
    if (current !== null) emit('processing.changed', view(current));
  }

  function take(record: RunRecord, all: readonly Item[], resumed: boolean): Live {
    const cancelled = new AbortController();
    if (record.phase === 'cancelled') cancelled.abort();
    const live: Live = {
      record,
      items: new Map(all.map((item) => [item.id, item])),
      resumed,
      cancelled,
      aside: new AbortController(),
      summary: null,
    };
    current = live;
    ending = work(live).catch((error: unknown) => interrupted(live, error));
    return live;
  }

  async function work(live: Live): Promise<void> {
    const { record, items, cancelled, aside } = live;
    await tidied;
    // What stands furthest is nearest to its charge.
    const waiting = [...items.values()].filter((item) => !isOver(item)).sort((a, b) => order[b.state] - order[a.state]);
    const stop = AbortSignal.any([closing.signal, aside.signal]);
    const limits = { begun: AbortSignal.any([cancelled.signal, stop]), held: stop };
    let creditRanOut = false;
    const lane = async (): Promise<void> => {
      for (let item = waiting.shift(); item !== undefined && !stop.aborted; item = waiting.shift()) {
        if (item.state === 'waiting' && (cancelled.signal.aborted || creditRanOut)) continue;
        const after = item.state === 'asked' && cancelled.signal.aborted ? item : await carried(live, item, limits);
        // The next one would hear the same.
        creditRanOut ||= after.problem?.code === 'insufficient_credit';
        if (after.state === 'asked' && after.opId !== null && cancelled.signal.aborted)
          await charging.release(record.accountId, after.opId, 'cancelled');
      }
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, lane));
    if (closing.signal.aborted) return;
    if (!aside.signal.aborted) return finish(live);
    live.summary = setAsideFor(view(live));
    announce();
    next();
  }

  async function carried(live: Live, item: Item, limits: Limits): Promise<Item> {
    const changed = (next: Item): void => void live.items.set(next.id, next);
    const carrying = { store: rows, making, charging, world };
    try {
      return await carry(carrying, live.record, item, limits, changed);
    } catch (error) {
      const stands = live.items.get(item.id) ?? item;
      // Its file is there: the charge is made at the next start.
      if (stands.state === 'placed') throw error;
      world.log('a photo could not be processed', { photo: item.photoId, error: String(error) });
      const failed: Item = { ...stands, state: 'failed', problem: unexpected(item.photoName) };
      rows.save(failed);
      changed(failed);
      if (failed.opId !== null) await charging.release(live.record.accountId, failed.opId, 'failed');
      return failed;
    } finally {
      announce();
    }
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
      return refusal?.code === 'sold_with' ? fail(refusal) : making.preview(photoId, chain);
    },
    photoOf: rows.photoOf,
    start(photoIds, chain) {
      if (current !== null && current.summary === null) return fail(stillRunning);
      const cost = charging.cost(photoIds.length, kindsOf(chain));
      if (cost.refusal !== null) return fail(cost.refusal);
      const id = world.ids.next();
      const record: RunRecord = {
        id,
        accountId: charging.account() ?? '',
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
      const kept = rows.openRuns().flatMap(({ id }) => rows.items(id).flatMap(({ made }) => made ?? []));
      tidied = making.tidy(new Set(kept)).catch((error: unknown) => world.log('the work folder is not tidy', { error: String(error) }));
      next();
    },
    connected() {
      if (current !== null && !isOurs(current.record)) current.aside.abort();
      charging.connected();
      next();
    },
    async close() {
      closing.abort();
      await ending;
      await tidied;
      rows.close();
    },
  };
}
