/**
 * Histories of crashes on the one engine, with both of its crafts: the process may die at any place, the network may fail in any way;
 * once both behave, the books are right: nothing charged twice, nothing delivered unpaid, nothing held, nothing left lying about.
 */
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { Chain } from '../../../shared/edit/processing/chain.ts';
import { oneRecipe } from '../../../shared/ipc/edits.ts';
import { runs } from '../../runs.ts';
import { type Bench, createBench, deliveredFiles, filesOnTheirWay, onPaper, resultFiles, unlessItDies, until } from '../applying/bench.ts';
import { type Story, storyOf } from '../applying/story.ts';

const RUNS = runs(10, 25);
/**
 * From one place to the next; a long search takes all of them. Before and after each step stand by turns: an odd number meets both.
 */
const PLACES_APART = runs(1) > 1 ? 1 : 3;
const chain: Chain = [{ kind: 'grayscale' }];

let bench: Bench;
afterEach(async () => {
  await bench.close();
  bench.remove();
});

async function importAll(names: readonly string[]): Promise<void> {
  await bench.open();
  await bench.library.importPaths(names.map((name) => bench.photo(name)));
  await bench.close();
}
const idOf = (name: string): string => bench.library.snapshot().photos.find((photo) => photo.name === name)?.id ?? '';
const batches = () => ['apply', 'process'].flatMap((craft) => bench.paidWork.batches(craft));
/** Nothing goes on, but for what waits for credit. */
const atRest = (): boolean =>
  batches().every(({ jobs, by, phase }) => phase === 'running' && by.unpaid.size > 0 && [...jobs.values()].every(isAtRest));
const isAtRest = ({ state }: { readonly state: string }): boolean =>
  ['unpaid', 'settled', 'undelivered', 'refused', 'released'].includes(state);

/** What every history has to end with. `applied`, `processed`: the photos that each craft was asked for. */
function checkBooks(credits: number, applied: readonly string[], processed: readonly string[]): void {
  const { server, library } = bench;
  const charges = server.charges();
  expect(server.count('held')).toBe(0);
  expect(server.available + server.count('settled')).toBe(credits);
  for (const times of charges.values()) expect(times).toBe(1);
  const delivered = deliveredFiles(bench);
  const paid = (names: readonly string[]): string[] => names.filter((name) => charges.has(idOf(name)));
  for (const name of applied) expect(library.versions(idOf(name))).toHaveLength(charges.has(idOf(name)) ? 1 : 0);
  expect(delivered.toSorted()).toEqual(
    [
      ...paid(applied).map((name) => name.replace('.jpg', '-1.jpg')),
      ...paid(processed).map((name) => name.replace('.jpg', '-processed-1.jpg')),
    ].toSorted(),
  );
  const versions = applied.flatMap((name) => library.versions(idOf(name)).map(({ id }) => `${id}.jpg`));
  expect(
    resultFiles(bench)
      .filter((name) => !name.endsWith('.webp'))
      .toSorted(),
  ).toEqual(versions.toSorted());
  expect(filesOnTheirWay(bench)).toEqual([]);
}

describe('a queue of three batches', () => {
  const [first, second, third] = [['IMG_1.jpg'], ['IMG_2.jpg', 'IMG_3.jpg'], ['IMG_4.jpg']] as const;

  /** Three presses, each as soon as the credit of the one before is held, long before its photos are made. Never answers once it died. */
  async function press(): Promise<void> {
    const [one, two, three] = [first, second, third].map((names) => names.map(idOf));
    const apply = (ids: readonly string[] = []) => bench.applying.apply(oneRecipe(ids, onPaper), 'all or nothing');
    await apply(one);
    unlessItDies(() => void bench.processing.start(two ?? [], chain));
    await apply(three);
  }

  /** Whether the process died at the place. */
  async function diesAt(place: number): Promise<boolean> {
    await importAll([...first, ...second, ...third]);
    await bench.open({ passed: 0, dieAt: place });
    press().catch(() => undefined);
    await until(bench, () => bench.server.count('settled') === 4 && batches().length === 0);
    const hasDied = bench.isDead();
    await bench.close();
    await bench.open();
    await until(bench, () => batches().length === 0);
    checkBooks(10, [...first, ...third], second);
    return hasDied;
  }

  test('dies at the places that it passes, and goes on: each photo that was kept is charged once and delivered once', async () => {
    let place = 1 - PLACES_APART;
    for (let hasDied = true; hasDied; ) {
      place += PLACES_APART;
      bench = createBench(10);
      try {
        hasDied = await diesAt(place);
      } catch (error) {
        throw new Error(`It died at place ${place}.`, { cause: error });
      }
      if (!hasDied) continue;
      await bench.close();
      bench.remove();
    }
    // Before and after each step of four photos, each request, and each file.
    expect(place).toBeGreaterThan(50);
    expect(bench.server.count('settled')).toBe(4);
  }, 300_000);

  test('they wait their turn: credit is held at the press, and what is asked for first is begun first', async () => {
    bench = createBench(10);
    const long = ['IMG_1.jpg', 'IMG_2.jpg', 'IMG_3.jpg', 'IMG_4.jpg', 'IMG_5.jpg'];
    await importAll([...long, 'IMG_6.jpg']);
    await bench.open();
    const [one, two] = [long.map(idOf), [idOf('IMG_6.jpg')]];
    expect(await bench.applying.apply(oneRecipe(one, onPaper), 'all or nothing')).toMatchObject({ ok: true });
    expect(await bench.applying.apply(oneRecipe(two, onPaper), 'all or nothing')).toMatchObject({ ok: true });
    expect(bench.server.operations.size).toBe(6);
    await until(bench, () => batches().length === 0);
    expect(bench.begun).toEqual([...long, 'IMG_6.jpg']);
    checkBooks(10, [...long, 'IMG_6.jpg'], []);
  });
});

const story = fc.record<Story>(storyOf(6));

describe('processing, whatever happens', () => {
  async function live(told: Story, names: readonly string[]): Promise<void> {
    const script = [...told.faults];
    bench.server.nextFault = () => script.shift() ?? 'none';
    for (const [index, dieAt] of [...told.deaths, Number.POSITIVE_INFINITY].entries()) {
      if (told.lapseBefore === index) bench.server.lapseHolds();
      await bench.open({ passed: 0, dieAt });
      if (index === 0) unlessItDies(() => void bench.processing.start(names.map(idOf), chain));
      await until(bench, () => {
        if (bench.isDead()) return true;
        const [run] = bench.processing.runs();
        if (told.cancelIn === index && run?.state === 'running') unlessItDies(() => void bench.processing.cancel(run.id));
        return !bench.isDead() && atRest();
      });
    }
  }

  test(
    'PW-04: the books are right once process and network behave, and what is made and not paid is paid as soon as there is credit',
    async () => {
      await fc.assert(
        fc.asyncProperty(story, async (told) => {
          bench = createBench(told.credits);
          const names = Array.from({ length: told.photos }, (_, index) => `IMG_${index}.jpg`);
          await importAll(names);
          names.forEach((name, index) => {
            if (told.broken[index]) bench.broken.add(name);
          });
          await live(told, names);
          bench.server.available += 10;
          bench.paidWork.creditChanged();
          await until(bench, () => batches().length === 0);
          checkBooks(told.credits + 10, [], names);
          await bench.close();
          bench.remove();
        }),
        { numRuns: RUNS },
      );
    },
    60_000 + RUNS * 2000,
  );
});
