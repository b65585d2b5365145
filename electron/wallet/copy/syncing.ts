/** The driver of `sync.ts`: carries out its effects and feeds back what came of them, one event at a time. */
import { type LedgerPage, ledgerPage, paths } from '../../../shared/api/index.ts';
import { assertNever } from '../../../shared/result.ts';
import type { World } from '../../world.ts';
import { judge, NOT_UNDERSTOOD } from '../http/verdict.ts';
import type { Transport } from '../transport.ts';
import { initialSync, type Position, type SyncEffect, type SyncEvent, type SyncState, stepSync } from './sync.ts';

const pageSize = 1000;

export interface SyncWork {
  readonly position: () => Position;
  /** Whether chain, hashes and signature of the page hold from our position on. */
  readonly isSound: (page: LedgerPage, from: Position) => Promise<boolean>;
  readonly append: (page: LedgerPage) => void;
  readonly rebuild: (why: 'epoch' | 'chain') => void;
  /** Something beside the ledger changed: the next refresh is of everything. */
  readonly everythingDue: () => void;
  /** Fetches what comes with the ledger; null when all went well, else why not. */
  readonly refresh: (transport: Transport) => Promise<{ readonly reason: string; readonly afterMs: number | null } | null>;
  readonly announce: () => void;
}

export interface Syncing {
  readonly state: () => SyncState;
  connect(transport: Transport): void;
  disconnect(reason: string): void;
  /** The ledger has grown. */
  wake(): void;
  /** Pulls now; resolves when that is done, well or badly. */
  ask(): Promise<void>;
  stop(): void;
}

export function createSyncing(work: SyncWork, world: World): Syncing {
  let state = initialSync(work.position(), world.clock.now());
  let transport: Transport | null = null;
  /** Answers for an earlier connection are not taken for answers of this one. */
  let connection = 0;
  let stopped = false;
  let closeStream = (): void => undefined;
  let cancelWait = (): void => undefined;
  let waiters: (() => void)[] = [];

  function feed(event: SyncEvent): void {
    if (stopped) return;
    const step = stepSync(state, event, { nowMs: world.clock.now(), roll: world.rng.next() });
    state = step.state;
    try {
      for (const effect of step.effects) carryOut(effect);
    } catch (error) {
      startOver(error);
    }
    if (state.pull === 'idle') for (const wakeUp of waiters.splice(0)) wakeUp();
  }

  /** The copy could not be written (a full disk, say): go back to what it really holds and try later. */
  function startOver(error: unknown): void {
    world.log('the ledger copy could not be written', { error: String(error) });
    connection += 1;
    closeStream();
    state = { ...state, position: work.position(), pull: 'idle', stream: 'closed', waiting: false };
    feed({
      kind: 'failed',
      reason: 'The wallet’s copy on this machine could not be written. Check the free space on the disk.',
      afterMs: 5000,
    });
  }

  function carryOut(effect: SyncEffect): void {
    switch (effect.kind) {
      case 'pull':
        void inConnection((way) => pull(way, effect.after));
        break;
      case 'append':
        work.append(effect.page);
        break;
      case 'rebuild':
        world.log('ledger copy thrown away', { why: effect.why });
        work.rebuild(effect.why);
        break;
      case 'refresh':
        void inConnection(refresh);
        break;
      case 'open stream':
        openStream();
        break;
      case 'close stream':
        closeStream();
        closeStream = () => undefined;
        break;
      case 'wait':
        cancelWait();
        cancelWait = world.timers.after(effect.ms, () => feed({ kind: 'time to try' }));
        break;
      case 'announce':
        work.announce();
        break;
      default:
        assertNever(effect);
    }
  }

  /** Runs `job` and feeds its event, unless the connection changed meanwhile. A fault of ours ends like a failed pull. */
  async function inConnection(job: (way: Transport) => Promise<SyncEvent>): Promise<void> {
    const mine = connection;
    if (transport === null) return;
    let event: SyncEvent;
    try {
      event = await job(transport);
    } catch (error) {
      world.log('synchronising failed', { error: String(error) });
      event = { kind: 'failed', reason: NOT_UNDERSTOOD, afterMs: null };
    }
    if (mine === connection) feed(event);
  }

  async function pull(way: Transport, after: number): Promise<SyncEvent> {
    const asked = await way.send({ method: 'GET', path: `${paths.ledger}?after=${after}&limit=${pageSize}` });
    const verdict = judge(asked, ledgerPage, ({ entries }) => entries.length <= pageSize);
    if (verdict.kind === 'accepted') return { kind: 'page', page: verdict.body, sound: await work.isSound(verdict.body, state.position) };
    return {
      kind: 'failed',
      reason: verdict.kind === 'refused' ? verdict.problem.detail : verdict.reason,
      afterMs: verdict.kind === 'again' ? verdict.afterMs : null,
    };
  }

  async function refresh(way: Transport): Promise<SyncEvent> {
    const trouble = await work.refresh(way);
    return trouble === null ? { kind: 'refreshed' } : { kind: 'failed', ...trouble };
  }

  function openStream(): void {
    const mine = connection;
    const own = (event: SyncEvent) => (): void => {
      if (mine === connection) feed(event);
    };
    closeStream =
      transport?.listen(paths.ledgerStream, {
        open: own({ kind: 'stream opened' }),
        wake(what) {
          if (mine === connection && what === 'account') work.everythingDue();
          own({ kind: 'wake' })();
        },
        end: own({ kind: 'stream ended' }),
      }) ?? closeStream;
  }

  return {
    state: () => state,
    connect(way) {
      connection += 1;
      transport = way;
      cancelWait();
      feed({ kind: 'connect' });
    },
    disconnect(reason) {
      connection += 1;
      transport = null;
      cancelWait();
      feed({ kind: 'disconnect', reason });
    },
    wake: () => feed({ kind: 'wake' }),
    ask() {
      feed({ kind: 'ask' });
      return state.pull === 'idle' ? Promise.resolve() : new Promise((resolve) => void waiters.push(resolve));
    },
    stop() {
      stopped = true;
      connection += 1;
      cancelWait();
      closeStream();
      for (const wakeUp of waiters.splice(0)) wakeUp();
      waiters = [];
    },
  };
}
