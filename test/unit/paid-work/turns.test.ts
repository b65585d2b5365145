/** Several batches wait their turn, of both crafts: in which order they are made, what is said of each, and what is held for it meanwhile. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { liveBatch } from '../../../electron/paid-work/batch.ts';
import type { JobState } from '../../../electron/paid-work/job.ts';
import { newBatch } from '../../../electron/paid-work/new-batch.ts';
import { batchesAhead, photosHeld } from '../../../electron/paid-work/turns.ts';
import type { Chain } from '../../../shared/edit/processing/chain.ts';
import { oneRecipe } from '../../../shared/ipc/edits.ts';
import type { ProcessingRun } from '../../../shared/ipc/processing.ts';
import { accountNamed } from '../../quantities.ts';
import { type Bench, createBench, deliveredFiles, filesOnTheirWay, onPaper, until } from '../applying/bench.ts';
import { fakeWorld } from '../wallet/fake-world.ts';

describe('whose turn it is', () => {
  const world = fakeWorld();
  const order = { accountId: accountNamed('acc_test'), mode: 'as many as possible', isFree: false } as const;
  const craft = { kind: 'process', largestRequest: 1 } as Parameters<typeof newBatch>[1];
  const batchOf = (...states: JobState[]) => {
    const works = states.map((_, n) => ({ photo: { id: `${n}`, name: `${n}.jpg`, origin: null }, task: {}, problem: null }));
    const { record, jobs } = newBatch(world, craft, order, works);
    return liveBatch(
      record,
      jobs.map((job, n) => ({ ...job, state: states[n] ?? job.state })),
    );
  };
  type Live = ReturnType<typeof batchOf>;

  test.each<[string, Live, Live, number]>([
    ['behind one that has files to be made', batchOf('making', 'held'), batchOf('held'), 1],
    ['behind one whose credit is not held yet', batchOf('queued'), batchOf('queued'), 1],
    ['behind one whose last file is being made', batchOf('making', 'settled'), batchOf('held'), 1],
    ['not behind the last file of another, when it has begun', batchOf('making'), batchOf('settled', 'held'), 0],
    ['not while a file of its own is being made', batchOf('making', 'held'), batchOf('making', 'held'), 0],
    ['not behind one that is made and only to be charged', batchOf('made', 'unpaid', 'settled'), batchOf('held'), 0],
    ['not behind one that is paused', { ...batchOf('held'), phase: 'paused' }, batchOf('held'), 0],
    [
      'not behind one that is stopped by a fault of this machine',
      { ...batchOf('held'), stopped: { code: 'local_fault', message: '' } },
      batchOf('held'),
      0,
    ],
    ['not when nothing of it is left to be made', batchOf('held'), batchOf('made', 'settled'), 0],
    ['not when it is paused', batchOf('held'), { ...batchOf('held'), phase: 'paused' }, 0],
  ])('a batch waits %s', (_, before, batch, ahead) => {
    expect(batchesAhead(batch, [before, batch], () => false)).toBe(ahead);
    // Whatever comes later stands behind it.
    expect(batchesAhead(batch, [batch, before], () => false)).toBe(0);
  });
  test('a batch waits not behind one that waits for the network', () => {
    const [before, batch] = [batchOf('queued'), batchOf('held')];
    expect(batchesAhead(batch, [before, batch], (of) => of === before)).toBe(0);
  });
  test('credit is held for what is held, made or being made, and not charged', () => {
    const batch = batchOf('queued', 'held', 'making', 'made', 'settled', 'unpaid', 'failed', 'refused');
    expect(photosHeld(batch)).toBe(3);
    expect(photosHeld({ ...batch, record: { ...batch.record, isFree: true } })).toBe(0);
  });
});

describe('three runs of processing', () => {
  const chain: Chain = [{ kind: 'grayscale' }];
  const photos = [
    ['IMG_1.jpg', 'IMG_2.jpg', 'IMG_3.jpg', 'IMG_4.jpg'],
    ['IMG_5.jpg', 'IMG_6.jpg'],
    ['IMG_7.jpg', 'IMG_8.jpg', 'IMG_9.jpg'],
  ] as const;
  const all = photos.flat();
  let bench: Bench;
  beforeEach(async () => {
    bench = createBench(20);
    await bench.open();
    await bench.library.importPaths(all.map((name) => bench.photo(name)));
  });
  afterEach(async () => {
    await bench.close();
    bench.remove();
  });

  const idOf = (name: string): string => bench.library.snapshot().photos.find((photo) => photo.name === name)?.id ?? '';
  /** The three presses, while the first two photos are being made: answers once all credit that may be held ahead is held. */
  async function press(): Promise<{ readonly runs: readonly [ProcessingRun, ProcessingRun, ProcessingRun]; readonly goOn: () => void }> {
    const { promise, resolve } = Promise.withResolvers<void>();
    bench.stalled = promise;
    const start = (names: readonly string[]): ProcessingRun => {
      const started = bench.processing.start(names.map(idOf), chain);
      if (!started.ok) throw new Error(started.error.message);
      return started.value;
    };
    const first = start(photos[0]);
    await until(bench, () => bench.server.count('held') === 4);
    const [second, third] = [start(photos[1]), start(photos[2])];
    await until(bench, () => bench.server.count('held') === 8);
    return { runs: [first, second, third], goOn: resolve };
  }
  const over = (): Promise<void> => until(bench, () => ['apply', 'process'].every((craft) => bench.paidWork.batches(craft).length === 0));
  const eventsOf = ({ id }: ProcessingRun): ProcessingRun[] => bench.runEvents.filter((event) => event.id === id);
  const delivered = (names: readonly string[]): string[] => names.map((name) => name.replace('.jpg', '-processed-1.jpg'));
  /** As it changed. */
  const placesOf = (run: ProcessingRun): number[] => {
    const places = eventsOf(run).map(({ ahead }) => ahead);
    return places.filter((ahead, at) => ahead !== places[at - 1]);
  };

  test('are taken, held for and made in the order of the presses; each says what is before it and what is held', async () => {
    const { runs, goOn } = await press();
    const [first, second, third] = runs;
    expect(runs).toMatchObject([{ ahead: 0 }, { ahead: 1, held: 0 }, { ahead: 2, held: 0 }]);
    // Credit for two photos is held ahead of those that are being made, for the rest as its turn comes; nothing is charged.
    expect(bench.processing.runs()).toMatchObject([
      { id: first.id, total: 4, ahead: 0, held: 4, charged: '0' },
      { id: second.id, total: 2, ahead: 1, held: 2, charged: '0' },
      { id: third.id, total: 3, ahead: 2, held: 2, charged: '0' },
    ]);
    goOn();
    await over();
    expect(bench.begun).toEqual(all);
    expect(runs.map(placesOf)).toEqual([[0], [1, 0], [2, 1, 0]]);
    for (const run of runs) expect(eventsOf(run).at(-1)).toMatchObject({ state: 'finished', done: run.total, held: 0, ahead: 0 });
    expect(deliveredFiles(bench).toSorted()).toEqual(delivered(all));
  });

  test('one is cancelled while it waits: what is held for it goes back, and the others go on', async () => {
    const { runs, goOn } = await press();
    const [, { id }, third] = runs;
    expect(bench.processing.cancel(id)).toMatchObject({ ok: true, value: { state: 'cancelled' } });
    expect(bench.processing.cancel(id)).toMatchObject({ ok: false, error: { code: 'run_unknown' } });
    await until(bench, () => bench.processing.runs().length === 3 && bench.paidWork.batches('process').length === 2);
    expect(bench.processing.runs()).toMatchObject([{ ahead: 0 }, { id: third.id, ahead: 1 }, { id, state: 'cancelled', done: 0 }]);
    goOn();
    await over();
    expect(bench.begun).toEqual([...photos[0], ...photos[2]]);
    expect(deliveredFiles(bench).toSorted()).toEqual(delivered([...photos[0], ...photos[2]]));
    expect([bench.server.count('held'), bench.server.count('settled'), bench.server.available]).toEqual([0, 7, 13]);
    expect(filesOnTheirWay(bench)).toEqual([]);
  });

  test('all of them are there after a restart, in their turn, and each photo is charged once', async () => {
    const { runs, goOn } = await press();
    bench.crash();
    goOn();
    await bench.open();
    expect(bench.processing.runs()).toMatchObject(runs.map(({ id, total }, ahead) => ({ id, total, ahead, resumed: true })));
    await over();
    expect([bench.server.count('held'), bench.server.count('settled'), bench.server.available]).toEqual([0, 9, 11]);
    expect(deliveredFiles(bench).toSorted()).toEqual(delivered(all));
  });

  test('and a batch of Apply stand in one line', async () => {
    const { goOn } = await press();
    const applied = await bench.applying.apply(oneRecipe([idOf('IMG_1.jpg')], onPaper), 'all or nothing');
    expect(applied).toMatchObject({ ok: true, value: { ahead: 3, held: 1, charged: '0' } });
    goOn();
    await over();
    expect(bench.begun).toEqual([...all, 'IMG_1.jpg']);
    expect(bench.batchEvents.at(-1)).toMatchObject({ state: 'finished', ahead: 0, held: 0 });
  });
});
