/** The quick cut-out at once, the full one as an event: to whoever asked for it, and of nothing that is not wanted any more. */
import { expect, test } from 'vitest';
import type { Prepared, Quality } from '../../../electron/darkroom/port.ts';
import type { Emit } from '../../../electron/events.ts';
import { Previews } from '../../../electron/library/previews.ts';
import type { Stroke } from '../../../shared/edit/recipe.ts';
import type { Preview } from '../../../shared/ipc/library.ts';
import { ok, type Result } from '../../../shared/result.ts';

const stroke: Stroke = { mode: 'part', at: [0.5, 0.5], keep: false };
const prepared = (quality: Quality, strokes: readonly Stroke[]): Prepared => ({
  cutoutPath: '/cutout',
  glassPath: null,
  width: 4,
  height: 3,
  matteRevision: strokes.length,
  quality,
  subject: null,
  undecided: 0,
  ground: null,
});

/** A darkroom that answers when it is told to. */
function studio() {
  const waiting: { readonly quality: Quality; readonly answer: (made: Quality) => void }[] = [];
  const shown: string[] = [];
  const previews = new Previews({
    // Only this of the darkroom is used.
    darkroom: {
      prepare: ({ quality, strokes }: { quality: Quality; strokes: readonly Stroke[] }) =>
        new Promise<Result<Prepared>>((resolve) => {
          waiting.push({ quality, answer: (made) => resolve(ok(prepared(made, strokes))) });
        }),
    } as unknown as ConstructorParameters<typeof Previews>[0]['darkroom'],
    emit: ((_name, { quality, matteRevision }: Preview) => void shown.push(`${quality}, ${matteRevision} strokes`)) as Emit,
    original: async () => ok({ path: '/photo.jpg', name: 'photo.jpg' } as never),
    folderOf: () => '/folder',
    previewed: () => undefined,
  });
  /** Answers the oldest request that still waits for this quality. */
  const answers = async (quality: Quality, made: Quality = quality): Promise<void> => {
    await expect.poll(() => waiting.some((one) => one.quality === quality)).toBe(true);
    const [first] = waiting.splice(
      waiting.findIndex((one) => one.quality === quality),
      1,
    );
    first?.answer(made);
  };
  return { previews, shown, answers };
}

test('asked for twice, the full one reaches whoever got the quick one, though the second is answered with the full one at once', async () => {
  const { previews, shown, answers } = studio();
  const first = previews.preview('P', []);
  await answers('quick');
  expect(await first).toMatchObject({ ok: true, value: { quality: 'quick' } });
  const second = previews.preview('P', []);
  // It was finished between the two: the second gets it as its answer, and no event of its own.
  await answers('quick', 'full');
  expect(await second).toMatchObject({ ok: true, value: { quality: 'full' } });
  await answers('full');
  await expect.poll(() => shown).toEqual(['full, 0 strokes']);
});

test('of strokes that are not wanted any more nothing is shown', async () => {
  const { previews, shown, answers } = studio();
  const first = previews.preview('P', []);
  await answers('quick');
  await first;
  const second = previews.preview('P', [stroke]);
  await answers('quick');
  await second;
  await answers('full');
  await answers('full');
  await expect.poll(() => shown).toEqual(['full, 1 strokes']);
});
