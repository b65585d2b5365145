/**
 * One photo of a run, from where it stands to its end. Each step is on disk before its consequence begins, so that the process may
 * die at any line: what was asked is asked again under the same id, what was being made is made again, what was made is put where it
 * belongs once, and what lies there is settled.
 */
import { existsSync } from 'node:fs';
import type { Problem } from '../../shared/result.ts';
import type { World } from '../world.ts';
import type { Charging } from './charging.ts';
import type { Making } from './making.ts';
import type { Item, ProcessingStore, RunRecord } from './store.ts';

export interface CarryingParts {
  readonly store: Pick<ProcessingStore, 'save'>;
  readonly making: Making;
  readonly charging: Charging;
  readonly world: World;
}

/** When to give up asking: before its credit is held, the user may say so; afterwards only the end of the studio. */
export interface Limits {
  readonly begun: AbortSignal;
  readonly held: AbortSignal;
}

/** A hold that goes back this often before it could be settled is not asked for again: the file stays, and nobody pays. */
const mostLapses = 3;

/** The photo as it stands afterwards; not final when it was given up or has to wait for the next start. */
export async function carry(
  parts: CarryingParts,
  run: RunRecord,
  item: Item,
  limits: Limits,
  changed: (item: Item) => void,
): Promise<Item> {
  const { store, making, charging, world } = parts;
  const { chain, accountId, folder, free } = run;
  /** Placed by an interrupted try, perhaps. */
  const alike = item.state === 'made';
  let now = item;
  const save = (change: Partial<Item>): void => {
    now = { ...now, ...change };
    store.save(now);
    changed(now);
  };
  const fails = async (problem: Problem): Promise<Item> => {
    if (now.made !== null) await making.discard(now.made);
    if (now.opId !== null) await charging.release(accountId, now.opId, 'failed');
    save({ state: 'failed', problem, made: null });
    return now;
  };
  const hold = (opId: string, giveUp: AbortSignal) => {
    const { photoId, photoName: name } = now;
    return charging.hold({ accountId, opId, photoId, name, steps: chain.map(({ kind }) => kind) }, giveUp);
  };

  if (now.state === 'waiting' || now.state === 'asked') {
    const missing = now.state === 'waiting' ? await making.missing(now.photoId) : null;
    if (missing !== null) return fails(missing);
    if (!free) {
      const opId = now.opId ?? world.ids.next();
      if (now.state === 'waiting') save({ state: 'asked', opId });
      const held = await hold(opId, limits.begun);
      if (held === null) return now;
      if (!held.ok) {
        save({ state: 'failed', problem: held.error });
        return now;
      }
    }
    save({ state: 'held' });
  }
  if (now.state === 'made' && (now.made === null || !existsSync(now.made))) save({ state: 'held', made: null });
  if (now.state === 'held') {
    const made = await making.make(now.id, now.photoId, chain);
    if (!made.ok) return fails(made.error);
    save({ state: 'made', made: made.value });
  }
  if (now.state === 'made' && now.made !== null) {
    const placed = await making.place(now.made, now.photoId, now.photoName, folder, alike);
    if (!placed.ok) return fails(placed.error);
    const { made } = now;
    save(free ? { state: 'done', charged: '0', made: null } : { state: 'placed', made: null });
    await making.discard(made);
  }
  for (let lapses = 0; now.state === 'placed' && now.opId !== null; lapses += 1) {
    const outcome = await charging.settle(accountId, now.opId, limits.held);
    if (outcome === null) return now;
    if (outcome.kind === 'settled') save({ state: 'done', charged: outcome.charged });
    else if (lapses >= mostLapses) save({ state: 'done', charged: '0' });
    else {
      // The file is there already: what it costs is held once more.
      save({ opId: world.ids.next() });
      const held = await hold(now.opId ?? '', limits.held);
      if (held === null) return now;
      if (!held.ok) save({ state: 'done', charged: '0' });
    }
  }
  return now;
}
