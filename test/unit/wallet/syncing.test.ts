/** The driver of synchronising: which pauses lie between the questions to a server that fails, and between its streams. */
import { describe, expect, test } from 'vitest';
import { nowhere } from '../../../electron/wallet/copy/sync.ts';
import { Syncing } from '../../../electron/wallet/copy/syncing.ts';
import type { Answer, StreamListener, Transport } from '../../../electron/wallet/transport.ts';
import { minutes } from '../../../shared/credits/model/durations.ts';
import type { Millis } from '../../../shared/credits/model/quantities.ts';
import { fakeWorld } from './fake-world.ts';
import { SmallLedger } from './small-ledger.ts';
import { quiet } from './small-server.ts';

/** The longest roll: every pause is its ceiling less a millisecond. */
const LONGEST_ROLL = 0.999_999;

/** A copy of a small ledger from a server that answers as `answer` says, and the instants at which pulls and streams were asked for. */
function copyOf(answer: { retryAfterMs: Millis | null; works: boolean }) {
  const world = fakeWorld(() => LONGEST_ROLL);
  const ledger = new SmallLedger();
  const pulls: number[] = [];
  const streams: number[] = [];
  const refreshed: ('ledger' | 'everything')[] = [];
  let due = false;
  let listener: StreamListener | null = null;
  const transport: Transport = {
    async send(): Promise<Answer> {
      pulls.push(world.clock.now());
      if (answer.works) return { kind: 'answer', status: 200, body: ledger.page(0, 2), retryAfterMs: null };
      const { retryAfterMs } = answer;
      return retryAfterMs === null
        ? { kind: 'silence', reason: 'No network.' }
        : { kind: 'answer', status: 503, body: { code: 'unavailable' }, retryAfterMs };
    },
    download: async () => ({ kind: 'no file', reason: '' }),
    upload: async () => ({ kind: 'silence', reason: '' }),
    listen(_path, mine) {
      streams.push(world.clock.now());
      listener = mine;
      return () => undefined;
    },
  };
  const syncing = new Syncing(
    {
      position: () => nowhere,
      isSound: async () => true,
      append: () => undefined,
      rebuild: () => undefined,
      everythingDue: () => {
        due = true;
      },
      refresh: async () => {
        refreshed.push(due ? 'everything' : 'ledger');
        due = false;
        return null;
      },
      announce: () => undefined,
    },
    world,
  );
  return { world, syncing, transport, pulls, streams, refreshed, stream: () => listener };
}

const distances = (instants: readonly number[]): number[] => instants.slice(1).map((at, index) => at - (instants[index] ?? 0));

describe('between the questions to a server that does not answer', () => {
  test('pauses grow; an answer or a new connection begins anew', async () => {
    const answer = { retryAfterMs: null, works: false };
    const { world, syncing, transport, pulls } = copyOf(answer);
    syncing.connect(transport);
    for (let turn = 0; turn < 3; turn += 1) {
      await quiet();
      world.runNext();
    }
    await quiet();
    expect(distances(pulls)).toEqual([499, 999, 1999]);
    const answered = async () => {
      answer.works = true;
      await Promise.all([syncing.ask(), quiet()]);
      answer.works = false;
      void syncing.ask();
    };
    for (const begin of [() => syncing.connect(transport), answered]) {
      await begin();
      pulls.splice(0, pulls.length - 1);
      await quiet();
      world.runNext();
      await quiet();
      expect(distances(pulls)).toEqual([499]);
    }
    syncing.stop();
  });

  test('the server’s own pause is kept, and whoever asks meanwhile plans no second retry', async () => {
    const { world, syncing, transport, pulls } = copyOf({ retryAfterMs: minutes(2), works: false });
    syncing.connect(transport);
    await quiet();
    world.pass(60_000);
    await syncing.ask();
    expect([pulls.length, world.planned()]).toEqual([2, 1]);
    world.pass(59_999);
    await quiet();
    expect(pulls).toHaveLength(2);
    syncing.stop();
    expect(world.planned()).toBe(0);
  });

  test('an answer to somebody who asked leaves no retry planned', async () => {
    const answer = { retryAfterMs: minutes(2), works: false };
    const { world, syncing, transport, pulls } = copyOf(answer);
    syncing.connect(transport);
    await quiet();
    answer.works = true;
    await syncing.ask();
    expect([syncing.state.connection.state, pulls.length, world.planned()]).toEqual(['online', 2, 0]);
    syncing.stop();
  });
});

test('a stream that ends again and again is opened ever more rarely, pulls that go well in between or not; one that lasted begins anew', async () => {
  const { world, syncing, transport, streams, stream } = copyOf({ retryAfterMs: null, works: true });
  syncing.connect(transport);
  await quiet();
  const endAfter = async (ms: number): Promise<void> => {
    stream()?.open();
    await quiet();
    world.pass(ms);
    stream()?.end();
    await syncing.ask();
    world.runNext();
    await quiet();
  };
  for (const _ of [1, 2, 3]) await endAfter(0);
  // The network came back under another address: what lets no stream through may still be there.
  syncing.connect(transport);
  await quiet();
  await endAfter(0);
  expect(distances(streams)).toEqual([499, 999, 1999, 0, 3999]);
  await endAfter(60_000);
  await endAfter(0);
  expect(distances(streams).slice(-2)).toEqual([60_499, 999]);
  syncing.stop();
});

test('a stream that opens has everything asked for: what happened beside the ledger until then woke nobody', async () => {
  const { syncing, transport, refreshed, stream } = copyOf({ retryAfterMs: null, works: true });
  syncing.connect(transport);
  await quiet();
  expect(refreshed).toEqual(['ledger']);
  stream()?.open();
  await quiet();
  await syncing.ask();
  expect(refreshed).toEqual(['ledger', 'everything', 'ledger']);
  // One of a connection that is over says nothing about the next.
  const before = stream();
  syncing.connect(transport);
  await quiet();
  before?.open();
  await syncing.ask();
  expect(refreshed.slice(3)).not.toContain('everything');
  syncing.stop();
});
