import { describe, expect, test } from 'vitest';
import {
  genesisHash,
  initialSync,
  nowhere,
  type Position,
  type SyncEffect,
  type SyncEvent,
  type SyncState,
  stepSync,
} from '../../../electron/wallet/copy/sync.ts';
import type { LedgerPage } from '../../../shared/api/index.ts';
import { EPOCH } from '../../../shared/credits/model/instants.ts';
import { instant, millis, opNamed, placed } from '../../quantities.ts';

const now = instant(1000);
const at = (seq: number, epoch: string | null = 'e1'): Position => ({ epoch, seq: placed(seq), hash: seq === 0 ? genesisHash : `h${seq}` });

/** Entries `from`..`to` of a ledger that ends at `head`. */
function page(from: number, to: number, head: number, epoch = 'e1'): LedgerPage {
  const entries = Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => {
    const seq = placed(from + index);
    return {
      seq,
      opId: opNamed(`o${seq}`),
      at: '2026-11-23T09:00:00.000Z',
      kind: 'granted',
      amount: '1',
      slices: [],
      availableAfter: '1',
      prevHash: at(seq - 1).hash,
      hash: `h${seq}`,
      body: {},
    };
  });
  return { entries, head: { seq: placed(head), hash: `h${head}`, signature: '', keyId: 'k' }, epoch };
}

const running: SyncState = { ...initialSync(nowhere, EPOCH), reachable: true, pull: 'running' };
const online: SyncState = {
  ...running,
  pull: 'idle',
  stream: 'open',
  connection: { state: 'online', since: EPOCH, reason: null },
  position: at(3),
};
const kinds = (effects: readonly SyncEffect[]): string[] => effects.map(({ kind }) => kind);

interface Row {
  readonly title: string;
  readonly from: SyncState;
  readonly event: SyncEvent;
  readonly effects: readonly string[];
  readonly becomes: Partial<SyncState>;
}

const failed: SyncEvent = { kind: 'failed', reason: 'No network.', afterMs: null };
const rows: readonly Row[] = [
  {
    title: 'an address: pull at once',
    from: initialSync(at(3), EPOCH),
    event: { kind: 'connect' },
    effects: ['close stream', 'pull'],
    becomes: { reachable: true, pull: 'running' },
  },
  { title: 'a wake-up while idle pulls', from: online, event: { kind: 'wake' }, effects: ['pull'], becomes: { pull: 'running' } },
  {
    title: 'a wake-up while pulling is remembered',
    from: running,
    event: { kind: 'wake' },
    effects: [],
    becomes: { pull: 'running', woken: true },
  },
  {
    title: 'somebody asks while pulling: once more right after',
    from: running,
    event: { kind: 'ask' },
    effects: [],
    becomes: { pull: 'again' },
  },
  {
    title: 'somebody asks right after a pull: no distance is kept',
    from: { ...online, pulledAt: instant(999) },
    event: { kind: 'ask' },
    effects: ['pull'],
    becomes: { pull: 'running' },
  },
  {
    title: 'a wake-up right after a pull keeps a distance',
    from: { ...online, pulledAt: instant(900) },
    event: { kind: 'wake' },
    effects: ['wait'],
    becomes: { pull: 'idle', waiting: true },
  },
  {
    title: 'and one more plans nothing else',
    from: { ...online, pulledAt: instant(900), waiting: true },
    event: { kind: 'wake' },
    effects: [],
    becomes: { waiting: true },
  },
  {
    title: 'refreshed after a wake-up in between: pull a little later',
    from: { ...online, pull: 'running', woken: true },
    event: { kind: 'refreshed' },
    effects: ['answered', 'announce', 'wait'],
    becomes: { pull: 'idle', woken: false, waiting: true },
  },
  {
    title: 'a wake-up without an address does nothing',
    from: initialSync(at(3), EPOCH),
    event: { kind: 'wake' },
    effects: [],
    becomes: { pull: 'idle' },
  },
  {
    title: 'a page that is not the last pulls the next',
    from: running,
    event: { kind: 'page', page: page(1, 2, 5), sound: true },
    effects: ['append', 'pull'],
    becomes: { position: at(2) },
  },
  {
    title: 'the last page refreshes the rest',
    from: running,
    event: { kind: 'page', page: page(1, 5, 5), sound: true },
    effects: ['append', 'refresh'],
    becomes: { position: at(5), pull: 'running' },
  },
  {
    title: 'nothing new still refreshes',
    from: { ...running, position: at(3) },
    event: { kind: 'page', page: page(4, 3, 3), sound: true },
    effects: ['append', 'refresh'],
    becomes: { position: at(3) },
  },
  {
    title: 'a broken chain rebuilds from nothing',
    from: { ...running, position: at(3) },
    event: { kind: 'page', page: page(4, 5, 5), sound: false },
    effects: ['rebuild', 'pull'],
    becomes: { position: { ...nowhere, epoch: 'e1' } },
  },
  {
    title: 'thrown away twice already: said, and asked for with a pause',
    from: { ...running, position: at(3), rebuilds: 2 },
    event: { kind: 'page', page: page(4, 5, 5), sound: false },
    effects: ['rebuild', 'announce', 'retry later'],
    becomes: { pull: 'idle', position: nowhere },
  },
  {
    title: 'complete: rebuilds are counted anew',
    from: { ...running, position: at(5), rebuilds: 2 },
    event: { kind: 'refreshed' },
    effects: ['answered', 'announce', 'open stream'],
    becomes: { rebuilds: 0 },
  },
  {
    title: 'another epoch rebuilds even when the page is sound',
    from: { ...running, position: at(3) },
    event: { kind: 'page', page: page(4, 5, 5, 'e2'), sound: true },
    effects: ['rebuild', 'pull'],
    becomes: { position: { ...nowhere, epoch: 'e2' } },
  },
  {
    title: 'broken from the very beginning is said, not repeated',
    from: running,
    event: { kind: 'page', page: page(1, 5, 5), sound: false },
    effects: ['rebuild', 'announce', 'retry later'],
    becomes: { pull: 'idle' },
  },
  {
    title: 'refreshed: online, listening; the backoff starts anew',
    from: { ...running, position: at(5) },
    event: { kind: 'refreshed' },
    effects: ['answered', 'announce', 'open stream'],
    becomes: { pull: 'idle', stream: 'opening' },
  },
  {
    title: 'refreshed while a stream rests: its pause is not cut short',
    from: { ...running, position: at(5), stream: 'resting' },
    event: { kind: 'refreshed' },
    effects: ['answered', 'announce'],
    becomes: { stream: 'resting' },
  },
  {
    title: 'refreshed after somebody asked in between: pull again',
    from: { ...online, pull: 'again' },
    event: { kind: 'refreshed' },
    effects: ['answered', 'announce', 'pull'],
    becomes: { pull: 'running' },
  },
  {
    title: 'a failure: offline, retry later',
    from: { ...online, pull: 'running' },
    event: failed,
    effects: ['announce', 'retry later'],
    becomes: { pull: 'idle', connection: { state: 'offline', since: instant(1000), reason: 'No network.' } },
  },
  {
    title: 'a second failure keeps since',
    from: { ...running, connection: { state: 'offline', since: instant(7), reason: 'Old.' } },
    event: failed,
    effects: ['announce', 'retry later'],
    becomes: { connection: { state: 'offline', since: instant(7), reason: 'No network.' } },
  },
  {
    title: 'a failure without an address plans nothing',
    from: { ...running, reachable: false },
    event: failed,
    effects: ['announce'],
    becomes: { pull: 'idle' },
  },
  {
    title: 'the pause after a failure has passed: pull',
    from: { ...online, connection: { state: 'offline', since: instant(7), reason: 'Old.' } },
    event: { kind: 'time to try' },
    effects: ['pull'],
    becomes: { pull: 'running' },
  },
  {
    title: 'the distance is kept: pull',
    from: { ...online, waiting: true },
    event: { kind: 'time to pull' },
    effects: ['pull'],
    becomes: { waiting: false, pull: 'running' },
  },
  {
    title: 'the stream opened: pull what happened before',
    from: { ...online, stream: 'opening' },
    event: { kind: 'stream opened' },
    effects: ['pull'],
    becomes: { stream: 'open', streamSince: instant(1000) },
  },
  {
    title: 'the stream ended: it rests',
    from: online,
    event: { kind: 'stream ended' },
    effects: ['listen later'],
    becomes: { stream: 'resting' },
  },
  {
    title: 'its pause has passed: pull, then open it',
    from: { ...online, stream: 'resting' },
    event: { kind: 'time to listen' },
    effects: ['pull'],
    becomes: { stream: 'closed', pull: 'running' },
  },
  {
    title: 'its pause has passed and the server does not answer: the retry that is planned comes first',
    from: { ...online, stream: 'resting', connection: { state: 'offline', since: instant(7), reason: 'Old.' } },
    event: { kind: 'time to listen' },
    effects: [],
    becomes: { stream: 'closed', pull: 'idle' },
  },
  {
    title: 'the address is gone',
    from: online,
    event: { kind: 'disconnect', reason: 'The credit server stopped.' },
    effects: ['close stream', 'announce'],
    becomes: {
      reachable: false,
      stream: 'closed',
      connection: { state: 'offline', since: instant(1000), reason: 'The credit server stopped.' },
    },
  },
];

describe('synchronising', () => {
  for (const { title, from, event, effects, becomes } of rows) {
    test(title, () => {
      const step = stepSync(from, event, now);
      expect(kinds(step.effects)).toEqual(effects);
      expect(step.state).toMatchObject(becomes);
    });
  }

  test('a stream has lasted when it stood open for a minute, however much came through before', () => {
    const ended = (lastedMs: number, stream: SyncState['stream'] = 'open') =>
      stepSync({ ...online, stream, streamSince: instant(1000) }, { kind: 'stream ended' }, instant(1000 + lastedMs)).effects;
    expect(ended(0)).toEqual([{ kind: 'listen later', hasLasted: false }]);
    expect(ended(59_999)).toEqual([{ kind: 'listen later', hasLasted: false }]);
    expect(ended(60_000)).toEqual([{ kind: 'listen later', hasLasted: true }]);
    expect(ended(60_000, 'opening')).toEqual([{ kind: 'listen later', hasLasted: false }]);
  });

  test('what the server says of its own pause is handed on; a history that does not hold together is asked for after a minute', () => {
    const afterMs = (event: SyncEvent): (number | null)[] =>
      stepSync(running, event, now).effects.flatMap((effect) => (effect.kind === 'retry later' ? [effect.afterMs] : []));
    expect(afterMs({ ...failed, afterMs: millis(2000) })).toEqual([2000]);
    expect(afterMs(failed)).toEqual([null]);
    expect(afterMs({ kind: 'page', page: page(1, 5, 5), sound: false })).toEqual([60_000]);
  });
});
