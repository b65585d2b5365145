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

const moment = { now: instant(1000), roll: 0.5 };
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
    effects: ['announce', 'wait'],
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
    effects: ['rebuild', 'announce', 'wait'],
    becomes: { pull: 'idle', position: nowhere },
  },
  {
    title: 'complete: rebuilds are counted anew',
    from: { ...running, position: at(5), rebuilds: 2 },
    event: { kind: 'refreshed' },
    effects: ['announce', 'open stream'],
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
    effects: ['rebuild', 'announce', 'wait'],
    becomes: { pull: 'idle' },
  },
  {
    title: 'refreshed: online, listening',
    from: { ...running, position: at(5) },
    event: { kind: 'refreshed' },
    effects: ['announce', 'open stream'],
    becomes: { pull: 'idle', stream: 'opening', failures: 0 },
  },
  {
    title: 'refreshed after somebody asked in between: pull again',
    from: { ...online, pull: 'again' },
    event: { kind: 'refreshed' },
    effects: ['announce', 'pull'],
    becomes: { pull: 'running' },
  },
  {
    title: 'a failure: offline, try later',
    from: { ...online, pull: 'running' },
    event: failed,
    effects: ['announce', 'wait'],
    becomes: { pull: 'idle', waiting: true, failures: 1, connection: { state: 'offline', since: instant(1000), reason: 'No network.' } },
  },
  {
    title: 'a second failure keeps since',
    from: { ...running, connection: { state: 'offline', since: instant(7), reason: 'Old.' } },
    event: failed,
    effects: ['announce', 'wait'],
    becomes: { connection: { state: 'offline', since: instant(7), reason: 'No network.' } },
  },
  {
    title: 'a failure while a retry is planned plans no second one',
    from: { ...running, waiting: true },
    event: failed,
    effects: ['announce'],
    becomes: { waiting: true },
  },
  {
    title: 'time to try pulls',
    from: { ...online, waiting: true },
    event: { kind: 'time to try' },
    effects: ['pull'],
    becomes: { waiting: false, pull: 'running' },
  },
  {
    title: 'the stream opened: pull what happened before',
    from: { ...online, stream: 'opening' },
    event: { kind: 'stream opened' },
    effects: ['pull'],
    becomes: { stream: 'open' },
  },
  {
    title: 'the stream ended: try again later',
    from: online,
    event: { kind: 'stream ended' },
    effects: ['wait'],
    becomes: { stream: 'closed', waiting: true },
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
      const step = stepSync(from, event, moment);
      expect(kinds(step.effects)).toEqual(effects);
      expect(step.state).toMatchObject(becomes);
    });
  }

  test('a stream that ends again and again is opened ever more rarely, however much came through first; one that lasted begins anew', () => {
    const ended = (lastedMs: number, deadStreams: number) =>
      stepSync(
        { ...online, deadStreams, streamSince: instant(1000) },
        { kind: 'stream ended' },
        { now: instant(1000 + lastedMs), roll: 0.5 },
      ).state.deadStreams;
    expect(ended(0, 4)).toBe(5);
    expect(ended(59_999, 4)).toBe(5);
    expect(ended(60_000, 4)).toBe(1);
    const opened = stepSync({ ...online, stream: 'opening', deadStreams: 4 }, { kind: 'stream opened' }, moment);
    expect(opened.state).toMatchObject({ stream: 'open', deadStreams: 4 });
  });

  test('waits grow with full jitter, at most a minute, never before Retry-After', () => {
    const wait = (failures: number, roll: number, asked: number | null): number | undefined => {
      const afterMs = asked === null ? null : millis(asked);
      const { effects } = stepSync({ ...running, failures }, { ...failed, afterMs }, { now: EPOCH, roll });
      return effects.flatMap((effect) => (effect.kind === 'wait' ? [effect.ms] : []))[0];
    };
    expect(wait(0, 0.999, null)).toBeLessThan(1000);
    expect(wait(30, 0.999, null)).toBeLessThanOrEqual(60_000);
    expect(wait(3, 0, null)).toBe(100);
    expect(wait(0, 0, 2000)).toBe(2000);
  });
});
