/** Edges are worked out by several threads: whoever does which tile, and whatever becomes of the others, the cut-out is the same to the last bit. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Bands } from '../../../electron/darkroom/compose/bands.ts';
import { NOTHING_BESIDE } from '../../../electron/darkroom/cutout/acts.ts';
import { type Cutout, makeCutout } from '../../../electron/darkroom/cutout/cutout.ts';
import { ALONE, type EdgeCall, type EdgeThreads, helpWithEdges } from '../../../electron/darkroom/cutout/edge-threads.ts';
import type { Raster } from '../../../electron/darkroom/files/raster.ts';
import { boxMean } from '../../../electron/darkroom/filters/box-filter.ts';
import { Turns } from '../../../electron/darkroom/filters/turns.ts';
import { drawnCar } from './drawn-car.ts';

const SIZE = { width: 480, height: 320 };

let photo: Raster;
let matte: Uint8Array;
let alone: Cutout;

/** With crisp edges on the right and hair on the left, so that both windows, the colours far and wide, and every fit have a say. */
beforeAll(() => {
  const car = drawnCar(SIZE.width, SIZE.height);
  photo = car.photo;
  const soft = new Float32Array(car.matte.length);
  boxMean(Float32Array.from(car.matte), { size: SIZE, radius: 14 }, soft);
  matte = car.matte.map((value, i) => (i % SIZE.width < 200 ? Math.round(soft[i] ?? 0) : value));
  alone = cutBy(ALONE);
});

const cutBy = (threads: EdgeThreads): Cutout => makeCutout(photo, matte, [], NOTHING_BESIDE, threads);

function expectSame({ alpha, zone, edges }: Cutout): void {
  const bytes = ({ buffer }: Float32Array): Uint8Array => new Uint8Array(buffer);
  expect(alone.edges.linear.some((value) => value !== 0)).toBe(true);
  for (const [made, expected] of [
    [alpha, alone.alpha],
    [zone, alone.zone],
    [edges.sides, alone.edges.sides],
    [bytes(edges.linear), bytes(alone.edges.linear)],
  ] as const)
    expect(Buffer.compare(made, expected)).toBe(0);
}

/** Somebody who is called does something at once, with what a thread would get of the call. */
const calling = (answer: (call: EdgeCall) => void): EdgeThreads => ({
  ready: () => undefined,
  call: (call) => answer(structuredClone(call)),
  tileWithinMs: 1,
});

describe('a cut-out is the same', () => {
  test('when another does all tiles', () => {
    const calls: string[] = [];
    const left: number[] = [];
    expectSame(
      cutBy(
        calling((call) => {
          calls.push(call.work.kind);
          helpWithEdges(call);
          new Turns(call.turns).help((take) => left.push(take()));
        }),
      ),
    );
    expect(calls).toEqual(['fit', 'fit again', 'fit again', 'sides']);
    // The tiles of 40 pixels are counted on, so nothing was left for the one who called.
    expect(Math.min(...left)).toBeGreaterThanOrEqual(Math.ceil(SIZE.width / 2 / 40) * Math.ceil(SIZE.height / 2 / 40));
  });

  test('when another comes after all is done', () => {
    const calls: EdgeCall[] = [];
    const made = cutBy(calling((call) => void calls.push(call)));
    for (const call of calls) helpWithEdges(call);
    expectSame(made);
  });

  test.each(['fit', 'fit again', 'sides'])('when another fails in "%s"', (kind) => {
    const failing = calling((call) => {
      if (call.work.kind !== kind) return;
      const failed = (): void =>
        new Turns(call.turns).help((take) => {
          take();
          throw new Error('out of memory');
        });
      expect(failed).toThrow('out of memory');
    });
    expectSame(cutBy(failing));
  });

  test.each(['fit', 'fit again', 'sides'])('when another is never done with its tile of "%s", and writes to it at last', (kind) => {
    const late: (() => void)[] = [];
    const made = cutBy(
      calling(({ turns, work }) => {
        if (work.kind !== kind) return;
        // What `help` does first, and then no more of it.
        Atomics.add(new Int32Array(turns), 1, 1);
        Atomics.add(new Int32Array(turns), 0, 1);
        late.push(() => (work.kind === 'sides' ? work.sides : work.fitted.linear).fill(9));
      }),
    );
    for (const write of late) write();
    expect(late.length).toBeGreaterThan(0);
    expectSame(made);
  });
});

describe('threads', () => {
  const entry = new URL('../../../electron/darkroom/compose/band.ts', import.meta.url);
  const bands = [1, 2, 3].map((count) => new Bands(count, entry));
  afterAll(() => Promise.all(bands.map((each) => each.close())));

  test.each([0, 1, 2])('do the same, with %i others', (others) => {
    const threads = bands[others] as Bands;
    let helped = 0;
    const waited: EdgeThreads = {
      ready: () => threads.ready(),
      call(call) {
        threads.call(call);
        // Until one of them has taken a tile, so that it is not for this thread to do them all.
        const state = new Int32Array(call.turns);
        for (let n = 0; others > 0 && n < 1000 && Atomics.load(state, 0) === 0; n++) Atomics.wait(state, 0, 0, 20);
        if (Atomics.load(state, 0) > 0) helped++;
      },
    };
    expectSame(cutBy(waited));
    expect(helped).toBe(others === 0 ? 0 : 4);
  });
});
