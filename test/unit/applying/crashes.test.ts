/**
 * The process may die at any point and the network may fail in any way; once both behave, the books are right: nothing
 * charged twice, nothing lost, every rendered file settled, every failed one released.
 */
import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runs } from '../../runs.ts';
import { allDone, type Bench, createBench, onPaper, resultFiles, unlessItDies, until } from './bench.ts';
import { type Story, storyOf } from './story.ts';

const RUNS = runs(15, 30);

interface ApplyStory extends Story {
  readonly mode: 'all or nothing' | 'as many as possible';
}

const story = fc.record<ApplyStory>({ ...storyOf(7), mode: fc.constantFrom('all or nothing', 'as many as possible') });

/** Found by this test: the second request's hold stayed when the first one was refused late. */
const leakedOnce: ApplyStory = {
  photos: 6,
  credits: 1,
  mode: 'all or nothing',
  broken: Array.from({ length: 7 }, () => false),
  deaths: [],
  faults: ['drop response', 'drop response'],
  lapseBefore: null,
  cancelIn: null,
};

/** Found by this test: it died between the refusal of one request and what that means for the rest, and the rest was asked for. */
const askedAfterRefusal: ApplyStory = { ...leakedOnce, deaths: [20], faults: ['proxy page', 'fault 500', 'busy 503'] };

/** Found by this test: cancelled between the check of its file and its request, it was asked for all the same. */
const askedAfterCancel: ApplyStory = { ...askedAfterRefusal, cancelIn: 1 };

/** Found by this test: the only credit of a hold that lapsed went to a later photo, and the made one waits for more. */
const madeNotPaid: ApplyStory = { ...leakedOnce, mode: 'as many as possible', deaths: [6], faults: [], lapseBefore: 1 };

/** Each photo's own recipe: known by its shadow. */
const editsOf = (bench: Bench) =>
  bench.library.snapshot().photos.map(({ id, name }) => {
    const strength = Number(/\d+/.exec(name)?.[0]) / 10;
    return { photoId: id, recipe: { ...onPaper, shadow: { ...onPaper.shadow, strength } } };
  });

async function live(bench: Bench, told: ApplyStory): Promise<void> {
  const names = Array.from({ length: told.photos }, (_, index) => `IMG_${index}.jpg`);
  await bench.open();
  await bench.library.importPaths(names.map((name) => bench.photo(name)));
  await bench.close();
  names.forEach((name, index) => {
    if (told.broken[index]) bench.broken.add(name);
  });
  const script = [...told.faults];
  bench.server.nextFault = () => script.shift() ?? 'none';
  for (const [index, dieAt] of [...told.deaths, Number.POSITIVE_INFINITY].entries()) {
    if (told.lapseBefore === index) bench.server.lapseHolds();
    await bench.open({ passed: 0, dieAt });
    let answered = index > 0;
    // A process that dies while it applies never answers.
    if (index === 0)
      bench.applying.apply(editsOf(bench), told.mode).then(
        () => (answered = true),
        () => undefined,
      );
    await until(bench, () => {
      if (told.cancelIn === index) for (const { id } of bench.applying.batches()) unlessItDies(() => void bench.applying.cancel(id));
      return !bench.isDead() && answered && atRest(bench);
    });
  }
  // What is made and cannot be paid waits for credit that does not come here; the user gives it up.
  for (const { id, state } of bench.applying.batches()) if (state === 'waiting for credit') bench.applying.cancel(id);
  await until(bench, allDone(bench));
}

/** Nothing goes on by itself any more. */
const atRest = (bench: Bench): boolean =>
  bench.applying.batches().every(({ state }) => state === 'finished' || state === 'cancelled' || state === 'waiting for credit');

function checkBooks(bench: Bench, told: ApplyStory): void {
  const { server, library } = bench;
  expect(server.count('held')).toBe(0);
  expect(server.available + server.count('settled')).toBe(told.credits);
  // A later hold of a finished file stands for itself, whatever the mode.
  if (told.mode === 'all or nothing' && told.lapseBefore === null && server.count('refused') > 0) expect(server.count('settled')).toBe(0);
  for (const times of server.charges().values()) expect(times).toBe(1);
  for (const { photoId, recipe } of editsOf(bench)) {
    expect(library.versions(photoId).every((version) => version.recipe.shadow.strength === recipe.shadow.strength)).toBe(true);
  }
  for (const photo of library.snapshot().photos) {
    const versions = library.versions(photo.id);
    expect(versions).toHaveLength(server.charges().get(photo.id) ?? 0);
    for (const { opId, savedTo } of versions) {
      expect(server.operations.get(opId ?? '')).toMatchObject({ status: 'settled', photo: photo.id });
      expect(existsSync(savedTo ?? '')).toBe(true);
    }
    if (bench.broken.has(photo.name)) expect(versions).toEqual([]);
  }
  const paid = library.snapshot().photos.flatMap(({ id }) => library.versions(id).map((version) => `${version.id}.jpg`));
  const kept = resultFiles(bench).filter((name) => !name.endsWith('.webp'));
  expect(kept.toSorted()).toEqual(paid.toSorted());
}

describe('whatever happens', () => {
  test(
    'the books are right once process and network behave',
    async () => {
      await fc.assert(
        fc.asyncProperty(story, async (told) => {
          const bench = createBench(told.credits);
          try {
            await live(bench, told);
            checkBooks(bench, told);
          } finally {
            await bench.close();
            bench.remove();
          }
        }),
        { numRuns: RUNS, examples: [[leakedOnce], [askedAfterRefusal], [askedAfterCancel], [madeNotPaid]] },
      );
    },
    60_000 + RUNS * 2000,
  );
});
