/** A run in memory: its photos, how it can end early, and how the renderer sees it. */
import { formatAmount, parseAmount } from '../../shared/credits/model/amount.ts';
import type { ProcessingRun } from '../../shared/ipc/processing.ts';
import type { Unit } from '../../shared/ipc/wallet.ts';
import type { Item, RunRecord } from './store.ts';

export interface Live {
  readonly record: RunRecord;
  readonly items: Map<string, Item>;
  readonly resumed: boolean;
  readonly cancelled: AbortController;
  /** Another account is signed in: it waits for its own. */
  readonly aside: AbortController;
  summary: string | null;
  /** What was not begun is not begun any more. */
  creditRanOut: boolean;
}

/** Beyond these the summary counts. */
const MOST_PROBLEMS = 100;

/** How far a photo is; the furthest is nearest to its charge. */
export const order: Readonly<Record<Item['state'], number>> = {
  waiting: 0,
  asked: 1,
  held: 2,
  unpaid: 3,
  made: 4,
  placed: 5,
  paid: 6,
  done: 7,
  failed: 7,
  undelivered: 7,
};
export const isOver = ({ state }: Item): boolean => state === 'done' || state === 'failed' || state === 'undelivered';

/** Anything of it may have been charged: then it is never called a failure that was not. */
export const mayBeCharged = ({ state, made, charged }: Item): boolean =>
  made !== null || charged !== null || state === 'placed' || state === 'paid';

export function liveRun(record: RunRecord, all: readonly Item[], resumed: boolean): Live {
  const cancelled = new AbortController();
  if (record.phase === 'cancelled') cancelled.abort();
  const items = new Map(all.map((item) => [item.id, item]));
  return { record, items, resumed, cancelled, aside: new AbortController(), summary: null, creditRanOut: false };
}

/** @param waits whether something waits for the credit server */
export function viewRun({ record, items, resumed, cancelled, summary }: Live, unit: Unit, waits: boolean): ProcessingRun {
  const all = [...items.values()];
  const sum = all.reduce((total, { charged }) => total + (parseAmount(charged ?? '', unit) ?? 0n), 0n);
  return {
    id: record.id,
    state: cancelled.signal.aborted ? 'cancelled' : summary === null ? 'running' : 'finished',
    total: all.length,
    done: all.filter(({ state }) => state === 'done').length,
    failed: all.filter(({ state }) => state === 'failed' || state === 'undelivered').length,
    unpaid: all.filter(({ state }) => state === 'unpaid').length,
    free: record.free,
    charged: formatAmount(sum, unit),
    folder: record.folder,
    resumed,
    waiting: summary === null && waits,
    summary,
    problems: all.flatMap(({ problem }) => problem ?? []).slice(0, MOST_PROBLEMS),
  };
}
