/**
 * Keeping a copy of the account's ledger, without input or output: `(state, event) -> (state, effects)`.
 *
 * The driver (`syncing.ts`) carries out effects and feeds back what came of them. The time comes in with the event, so the same history
 * of events gives the same history of states in the app, in a test and in a simulator. How long a pause after a failure is, the retry
 * gates of the driver decide.
 */
import type { LedgerPage } from '../../../shared/api/index.ts';
import { minutes } from '../../../shared/credits/model/durations.ts';
import { EPOCH, LONG_AGO, laterBy, timeBetween } from '../../../shared/credits/model/instants.ts';
import { BEFORE_FIRST, millisFrom } from '../../../shared/credits/model/minting.ts';
import type { Instant, Millis, Seq } from '../../../shared/credits/model/quantities.ts';
import { assertNever } from '../../../shared/result.ts';
import { STEADY_STREAM_MS } from '../http/limits.ts';

/** How far the copy reaches: the last entry's place and hash in the history named `epoch`. */
export interface Position {
  readonly epoch: string | null;
  readonly seq: Seq;
  readonly hash: string;
}

/** The `prevHash` of the first entry. */
export const genesisHash = '0'.repeat(64);
/** Before the first entry, of no history yet. */
export const nowhere: Position = { epoch: null, seq: BEFORE_FIRST, hash: genesisHash };

/** All that syncing decides by. Times are epoch milliseconds. */
export interface SyncState {
  readonly connection: { readonly state: 'starting' | 'online' | 'offline'; readonly since: Instant; readonly reason: string | null };
  /** Whether there is an address to ask. */
  readonly reachable: boolean;
  readonly position: Position;
  readonly pull: 'idle' | 'running' | 'again';
  /** Something happened while it was pulling. */
  readonly woken: boolean;
  /** When the last pull came to its end. */
  readonly pulledAt: Instant;
  /** `resting`: it ended, and is opened again after its pause. */
  readonly stream: 'closed' | 'opening' | 'open' | 'resting';
  /** A pull is planned for when its distance to the last one is kept. */
  readonly waiting: boolean;
  /** How often the copy was thrown away since it last was the same as the server's ledger. */
  readonly rebuilds: number;
  /** When something first came through the stream that is open. */
  readonly streamSince: Instant;
}

/** Everything that can happen to it. */
export type SyncEvent =
  | { readonly kind: 'connect' }
  | { readonly kind: 'disconnect'; readonly reason: string }
  /** The ledger has grown. A batch wakes for every photo: such pulls keep a distance. */
  | { readonly kind: 'wake' }
  /** Somebody waits for it: pull now. */
  | { readonly kind: 'ask' }
  /** `sound`: chain, hashes and signature of the page hold from our position on. */
  | { readonly kind: 'page'; readonly page: LedgerPage; readonly sound: boolean }
  /** Server and copy are the same, and everything else was refreshed with it. */
  | { readonly kind: 'refreshed' }
  | { readonly kind: 'failed'; readonly reason: string; readonly afterMs: Millis | null }
  | { readonly kind: 'stream opened' }
  | { readonly kind: 'stream ended' }
  /** The distance to the last pull is kept. */
  | { readonly kind: 'time to pull' }
  /** The pause after a failed pull has passed. */
  | { readonly kind: 'time to try' }
  /** The pause after a stream that ended has passed. */
  | { readonly kind: 'time to listen' };

/** What the driver has to do, in order. */
export type SyncEffect =
  | { readonly kind: 'pull'; readonly after: number }
  | { readonly kind: 'append'; readonly page: LedgerPage }
  /** Throw the copy away, and everything remembered with it. */
  | { readonly kind: 'rebuild'; readonly why: 'epoch' | 'chain' }
  /** Wallet, invoices, packs and reports, now that the ledger is complete. */
  | { readonly kind: 'refresh' }
  | { readonly kind: 'open stream' }
  | { readonly kind: 'close stream' }
  /** Feed `time to pull` after so long. */
  | { readonly kind: 'wait'; readonly ms: Millis }
  /** The server is there: no retry of a pull is planned any more, and the next failure is a first one. */
  | { readonly kind: 'answered' }
  /** Close the gate of pulls; `time to try` when it has reopened. `afterMs`: the server's own Retry-After; null: it named none. */
  | { readonly kind: 'retry later'; readonly afterMs: Millis | null }
  /** Close the gate of streams; `time to listen` when it has reopened. `hasLasted`: that it ended is a first failure, and not one more. */
  | { readonly kind: 'listen later'; readonly hasLasted: boolean }
  | { readonly kind: 'announce' };

/** The state after an event, and what is to be done. */
export interface Step {
  readonly state: SyncState;
  readonly effects: readonly SyncEffect[];
}

/** The state at the start: nothing was asked yet. */
export const initialSync = (position: Position, now: Instant): SyncState => ({
  connection: { state: 'starting', since: now, reason: null },
  reachable: false,
  position,
  pull: 'idle',
  woken: false,
  pulledAt: LONG_AGO,
  stream: 'closed',
  waiting: false,
  rebuilds: 0,
  streamSince: EPOCH,
});

/** Times that the copy is thrown away and fetched at once. After that what the server sends does not hold together, and is asked for with a pause. */
const MOST_REBUILDS = 2;

/** Between two pulls that nobody waits for. */
const DISTANCE_MS = millisFrom(200);

/** The reducer. Pure: the same state, event and time give the same step. */
export function stepSync(state: SyncState, event: SyncEvent, now: Instant): Step {
  switch (event.kind) {
    case 'connect':
      return startPull(afresh(state, now), [{ kind: 'close stream' }]);
    case 'disconnect':
      return {
        state: { ...offline(state, event.reason, now), reachable: false, pull: 'idle', stream: 'closed', waiting: false },
        effects: [{ kind: 'close stream' }, { kind: 'announce' }],
      };
    case 'wake':
      return wake(state, now);
    case 'ask':
      if (!state.reachable) return { state, effects: [] };
      return state.pull === 'idle' ? startPull(state, []) : { state: { ...state, pull: 'again' }, effects: [] };
    case 'page':
      return takePage(state, event.page, event.sound, now);
    case 'refreshed':
      return finishPull(state, now);
    case 'failed': {
      const effects: SyncEffect[] = [{ kind: 'announce' }, { kind: 'retry later', afterMs: event.afterMs }];
      return { state: { ...offline(state, event.reason, now), pull: 'idle' }, effects: state.reachable ? effects : effects.slice(0, 1) };
    }
    case 'stream opened':
      // Whatever happened before the stream was open has woken nobody.
      return stepSync({ ...state, stream: 'open', streamSince: now }, { kind: 'ask' }, now);
    case 'stream ended':
      return { state: { ...state, stream: 'resting' }, effects: [{ kind: 'listen later', hasLasted: hasLasted(state, now) }] };
    case 'time to pull':
      return stepSync({ ...state, waiting: false }, { kind: 'ask' }, now);
    case 'time to try':
      return stepSync(state, { kind: 'ask' }, now);
    case 'time to listen':
      return listen({ ...state, stream: 'closed' }, now);
    default:
      return assertNever(event);
  }
}

/** Another address, perhaps another account: not online before it has answered. */
const afresh = (state: SyncState, now: Instant): SyncState => ({
  ...state,
  connection: state.connection.state === 'online' ? { state: 'starting', since: now, reason: null } : state.connection,
  reachable: true,
  waiting: false,
  pull: 'idle',
  stream: 'closed',
});

function wake(state: SyncState, now: Instant): Step {
  if (!state.reachable) return { state, effects: [] };
  if (state.pull !== 'idle') return { state: { ...state, woken: true }, effects: [] };
  const restMs = timeBetween(now, laterBy(state.pulledAt, DISTANCE_MS));
  if (restMs <= 0) return startPull(state, []);
  return state.waiting ? { state, effects: [] } : { state: { ...state, waiting: true }, effects: [{ kind: 'wait', ms: restMs }] };
}

const startPull = (state: SyncState, before: readonly SyncEffect[]): Step => ({
  state: { ...state, pull: 'running', woken: false },
  effects: [...before, { kind: 'pull', after: state.position.seq }],
});

function takePage(state: SyncState, page: LedgerPage, sound: boolean, now: Instant): Step {
  const otherHistory = state.position.epoch !== null && state.position.epoch !== page.epoch;
  if (otherHistory || !sound) {
    if ((state.position.seq === 0 && !otherHistory) || state.rebuilds >= MOST_REBUILDS) {
      // Even from the beginning it does not hold together: rebuilding once more would not help.
      const reason =
        'The credit server’s history does not hold together, so it is not shown and nothing is ordered or held until it does. Please contact support.';
      const failed = stepSync({ ...state, position: nowhere }, { kind: 'failed', reason, afterMs: minutes(1) }, now);
      // What was remembered beside it (a signing key, say) may be what is wrong.
      return { state: failed.state, effects: [{ kind: 'rebuild', why: 'chain' }, ...failed.effects] };
    }
    const empty = { ...state, position: { ...nowhere, epoch: page.epoch }, rebuilds: state.rebuilds + 1 };
    return startPull(empty, [{ kind: 'rebuild', why: otherHistory ? 'epoch' : 'chain' }]);
  }
  const last = page.entries.at(-1);
  const position: Position = { epoch: page.epoch, seq: last?.seq ?? state.position.seq, hash: last?.hash ?? state.position.hash };
  const after: SyncState = { ...state, position };
  const append: SyncEffect = { kind: 'append', page };
  if (position.seq < page.head.seq) return startPull(after, [append]);
  return { state: after, effects: [append, { kind: 'refresh' }] };
}

/** The stream is opened after a pull that went well. Offline one is under way or planned, and nothing comes before it. */
function listen(state: SyncState, now: Instant): Step {
  return state.connection.state === 'online' ? stepSync(state, { kind: 'ask' }, now) : { state, effects: [] };
}

function finishPull(state: SyncState, now: Instant): Step {
  const online = state.connection.state === 'online' ? state.connection : { state: 'online' as const, since: now, reason: null };
  const pullsAgain = state.pull === 'again';
  const isClosed = state.stream === 'closed';
  const after: SyncState = {
    ...state,
    connection: online,
    rebuilds: 0,
    pull: 'idle',
    pulledAt: now,
    stream: isClosed ? 'opening' : state.stream,
  };
  const effects: SyncEffect[] = [{ kind: 'answered' }, { kind: 'announce' }, ...(isClosed ? [{ kind: 'open stream' } as const] : [])];
  if (pullsAgain) return startPull(after, effects);
  if (!state.woken) return { state: after, effects };
  const later = wake({ ...after, woken: false }, now);
  return { state: later.state, effects: [...effects, ...later.effects] };
}

/** Whether the stream that ends now did come through: something between us and the server may end each at once. */
const hasLasted = ({ stream, streamSince }: SyncState, now: Instant): boolean =>
  stream === 'open' && timeBetween(streamSince, now) >= STEADY_STREAM_MS;

/** `since` is when it went offline, not when it last failed. */
const offline = (state: SyncState, reason: string, now: Instant): SyncState => ({
  ...state,
  connection: { state: 'offline', since: state.connection.state === 'offline' ? state.connection.since : now, reason },
});
