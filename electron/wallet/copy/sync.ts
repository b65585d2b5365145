/**
 * Keeping a copy of the account's ledger, without input or output: `(state, event) -> (state, effects)`.
 *
 * The driver (`syncing.ts`) carries out effects and feeds back what came of them. Everything random or timely comes in
 * with the event, so the same history of events gives the same history of states in the app, in a test and in a simulator.
 */
import type { LedgerPage } from '../../../shared/api/index.ts';
import { minutes } from '../../../shared/credits/model/durations.ts';
import { EPOCH, LONG_AGO, laterBy, timeBetween } from '../../../shared/credits/model/instants.ts';
import { BEFORE_FIRST, millisFrom } from '../../../shared/credits/model/minting.ts';
import type { Instant, Millis, Seq } from '../../../shared/credits/model/quantities.ts';
import { assertNever } from '../../../shared/result.ts';
import { STEADY_STREAM_MS } from '../http/limits.ts';
import { backOff } from '../http/retry-gate.ts';

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
  readonly stream: 'closed' | 'opening' | 'open';
  readonly waiting: boolean;
  /** How often the copy was thrown away since it last was the same as the server's ledger. */
  readonly rebuilds: number;
  /** Failed pulls in a row. */
  readonly failures: number;
  /** Streams in a row that did not last: something between us and the server does not let them through. */
  readonly deadStreams: number;
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
  | { readonly kind: 'time to try' };

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
  | { readonly kind: 'wait'; readonly ms: Millis }
  | { readonly kind: 'announce' };

/** The time and the random number of a step: the reducer has neither of its own. */
export interface Moment {
  readonly now: Instant;
  /** Uniform in [0, 1). */
  readonly roll: number;
}

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
  failures: 0,
  deadStreams: 0,
  streamSince: EPOCH,
});

/** Times that the copy is thrown away and fetched at once. After that what the server sends does not hold together, and is asked for with a pause. */
const MOST_REBUILDS = 2;

/** Between two pulls that nobody waits for. */
const DISTANCE_MS = millisFrom(200);

/** The reducer. Pure: the same state, event and moment give the same step. */
export function stepSync(state: SyncState, event: SyncEvent, moment: Moment): Step {
  switch (event.kind) {
    case 'connect':
      return startPull(afresh(state, moment), [{ kind: 'close stream' }]);
    case 'disconnect':
      return {
        state: { ...offline(state, event.reason, moment), reachable: false, pull: 'idle', stream: 'closed', waiting: false },
        effects: [{ kind: 'close stream' }, { kind: 'announce' }],
      };
    case 'wake':
      return wake(state, moment);
    case 'ask':
      if (!state.reachable) return { state, effects: [] };
      return state.pull === 'idle' ? startPull(state, []) : { state: { ...state, pull: 'again' }, effects: [] };
    case 'page':
      return takePage(state, event.page, event.sound, moment);
    case 'refreshed':
      return finishPull(state, moment);
    case 'failed': {
      const after = { ...offline(state, event.reason, moment), pull: 'idle', failures: state.failures + 1 } as const;
      return tryLater(after, moment, event.afterMs, [{ kind: 'announce' }]);
    }
    case 'stream opened':
      // Whatever happened before the stream was open has woken nobody.
      return stepSync({ ...state, stream: 'open', streamSince: moment.now }, { kind: 'ask' }, moment);
    case 'stream ended':
      return tryLater({ ...state, stream: 'closed', deadStreams: deadStreams(state, moment) }, moment, null, []);
    case 'time to try':
      return stepSync({ ...state, waiting: false }, { kind: 'ask' }, moment);
    default:
      return assertNever(event);
  }
}

/** Another address, perhaps another account: not online before it has answered. */
const afresh = (state: SyncState, { now }: Moment): SyncState => ({
  ...state,
  connection: state.connection.state === 'online' ? { state: 'starting', since: now, reason: null } : state.connection,
  reachable: true,
  failures: 0,
  waiting: false,
  pull: 'idle',
  stream: 'closed',
});

function wake(state: SyncState, { now }: Moment): Step {
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

function takePage(state: SyncState, page: LedgerPage, sound: boolean, moment: Moment): Step {
  const otherHistory = state.position.epoch !== null && state.position.epoch !== page.epoch;
  if (otherHistory || !sound) {
    if ((state.position.seq === 0 && !otherHistory) || state.rebuilds >= MOST_REBUILDS) {
      // Even from the beginning it does not hold together: rebuilding once more would not help.
      const reason =
        'The credit server’s history does not hold together, so it is not shown and nothing is ordered or held until it does. Please contact support.';
      const failed = stepSync({ ...state, position: nowhere }, { kind: 'failed', reason, afterMs: minutes(1) }, moment);
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

function finishPull(state: SyncState, moment: Moment): Step {
  const { now } = moment;
  const online = state.connection.state === 'online' ? state.connection : { state: 'online' as const, since: now, reason: null };
  const again = state.pull === 'again';
  const listen = state.stream === 'closed' && !state.waiting;
  const after: SyncState = {
    ...state,
    connection: online,
    rebuilds: 0,
    failures: 0,
    pull: 'idle',
    pulledAt: now,
    stream: listen ? 'opening' : state.stream,
  };
  const effects: SyncEffect[] = [{ kind: 'announce' }, ...(listen ? [{ kind: 'open stream' } as const] : [])];
  if (again) return startPull(after, effects);
  if (!state.woken) return { state: after, effects };
  const later = wake({ ...after, woken: false }, moment);
  return { state: later.state, effects: [...effects, ...later.effects] };
}

/** One that lasted starts the count anew. */
function deadStreams({ stream, streamSince, deadStreams: before }: SyncState, { now }: Moment): number {
  return stream === 'open' && timeBetween(streamSince, now) >= STEADY_STREAM_MS ? 1 : before + 1;
}

/** `since` is when it went offline, not when it last failed. */
const offline = (state: SyncState, reason: string, { now }: Moment): SyncState => ({
  ...state,
  connection: { state: 'offline', since: state.connection.state === 'offline' ? state.connection.since : now, reason },
});

function tryLater(state: SyncState, moment: Moment, afterMs: Millis | null, effects: readonly SyncEffect[]): Step {
  if (state.waiting || !state.reachable) return { state, effects };
  const { ms } = backOff({ failures: state.failures + state.deadStreams }, moment.roll, afterMs);
  return { state: { ...state, waiting: true }, effects: [...effects, { kind: 'wait', ms }] };
}
