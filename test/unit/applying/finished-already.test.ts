/** Nobody pays twice for the same picture: the main process holds it, whatever the page or the command line asks. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { defaultColours } from '../../../shared/edit/backdrops/backdrop.ts';
import type { Recipe } from '../../../shared/edit/recipe.ts';
import { oneRecipe } from '../../../shared/ipc/edits.ts';
import { allDone, type Bench, createBench, onPaper, until } from './bench.ts';

let bench: Bench;
beforeEach(async () => {
  bench = createBench(20);
  await bench.open();
});
afterEach(async () => {
  await bench.close();
  bench.remove();
});

const imported = async (...names: readonly string[]): Promise<readonly string[]> =>
  (await bench.library.importPaths(names.map((name) => bench.photo(name)))).imported;

async function apply(ids: readonly string[], recipe: Recipe = onPaper, options: { again?: boolean; paying?: number } = {}) {
  const answer = await bench.applying.apply(oneRecipe(ids, recipe), 'all or nothing', options);
  await until(bench, allDone(bench));
  return answer;
}
const shownOf = (id: string): string | null | undefined => bench.store.photo(id)?.current_version_id;
const versionsOf = (id: string): number => bench.library.versions(id).length;

const stroke = { mode: 'erase' as const, radius: 0.02, hardness: 1, points: [[0.5, 0.5] as [number, number]] };
const logo = (margin: number) => ({ fileId: 'l', position: { kind: 'free' as const, x: 0.5, y: 0.5 }, size: 0.2, opacity: 1, margin });
const png = (quality: number): Recipe => ({ ...onPaper, export: { ...onPaper.export, format: 'png', quality } });
const shadow = (kind: 'none' | 'contact', softness: number): Recipe => ({ ...onPaper, shadow: { kind, strength: 0.5, softness } });

describe('a photo that shows this very picture', () => {
  test('is left out three times: once paid, and said so', async () => {
    const ids = await imported('a.jpg');
    await apply(ids);
    for (const _ of [2, 3]) {
      expect(await apply(ids)).toMatchObject({
        ok: false,
        error: { code: 'nothing_new', message: expect.stringMatching(/^Nothing to apply: a\.jpg already shows .* Nothing was charged\./) },
      });
    }
    expect([bench.server.available, versionsOf(ids[0] ?? '')]).toEqual([19, 1]);
  });

  test('is left out of a batch of others, whose price is theirs alone', async () => {
    const [a = '', b = '', c = ''] = await imported('a.jpg', 'b.jpg', 'c.jpg');
    await apply([a]);
    expect(bench.applying.quote(oneRecipe([a, b, c], onPaper))).toMatchObject({
      photos: 2,
      total: '2',
      made: [{ photoId: a, shown: true }],
    });
    expect(await apply([a, b, c])).toMatchObject({ ok: true, value: { total: 2 } });
    expect([bench.server.available, versionsOf(a), versionsOf(b)]).toEqual([17, 1, 1]);
  });

  test.each<[string, Recipe, Recipe]>([
    [
      'a colour that only spells out its default',
      onPaper,
      { ...onPaper, background: { kind: 'built-in', id: 'paper', ...defaultColours('paper') } },
    ],
    ['the quality of a PNG', png(92), png(40)],
    ['the softness of no shadow', shadow('none', 0.1), shadow('none', 0.9)],
    ['the margin of a logo that is placed freely', { ...onPaper, logo: logo(0) }, { ...onPaper, logo: logo(0.1) }],
  ])('is the same picture with %s', async (_, first, second) => {
    const ids = await imported('a.jpg');
    await apply(ids, first);
    expect(await apply(ids, second)).toMatchObject({ ok: false, error: { code: 'nothing_new' } });
    expect(bench.server.available).toBe(19);
  });

  test.each<[string, Recipe]>([
    ['another background', { ...onPaper, background: { kind: 'built-in', id: 'concrete' } }],
    ['another colour', { ...onPaper, background: { kind: 'built-in', id: 'paper', colour: '#112233' } }],
    ['a brush stroke', { ...onPaper, strokes: [stroke] }],
    ['another file of a background', { ...onPaper, background: { kind: 'file', fileId: 'x' } }],
    ['another size of the file', { ...onPaper, export: { ...onPaper.export, longEdge: 1920 } }],
    ['another quality', { ...onPaper, export: { ...onPaper.export, quality: 80 } }],
    ['a softer shadow', shadow('contact', 0.9)],
  ])('is paid for with %s, since that is another picture', async (_, recipe) => {
    const ids = await imported('a.jpg');
    await apply(ids);
    expect(await apply(ids, recipe)).toMatchObject({ ok: true, value: { total: 1 } });
    expect(bench.server.available).toBe(18);
  });
});

describe('a photo whose picture is finished but not shown', () => {
  test('ST-04: after a revert, applying the same shows it again and costs nothing', async () => {
    const [a = ''] = await imported('a.jpg');
    await apply([a]);
    const made = shownOf(a);
    bench.library.revert([a]);
    expect(bench.applying.quote(oneRecipe([a], onPaper))).toMatchObject({
      photos: 0,
      total: '0',
      refusal: null,
      made: [{ photoId: a, shown: false }],
    });
    expect(await apply([a])).toMatchObject({
      ok: true,
      value: { state: 'finished', total: 0, charged: '0', summary: expect.stringMatching(/^a\.jpg shows its finished picture again\./) },
    });
    expect([shownOf(a), bench.server.available, versionsOf(a)]).toEqual([made, 19, 1]);
  });

  test('goes back to the older of two pictures when that is the one asked for', async () => {
    const [a = ''] = await imported('a.jpg');
    await apply([a]);
    const first = shownOf(a);
    await apply([a], png(92));
    await apply([a]);
    expect([shownOf(a), bench.server.available]).toEqual([first, 18]);
  });

  test('goes back beside others that are paid for', async () => {
    const [a = '', b = ''] = await imported('a.jpg', 'b.jpg');
    await apply([a]);
    const made = shownOf(a);
    bench.library.revert([a]);
    expect(await apply([a, b])).toMatchObject({ ok: true, value: { total: 1 } });
    expect([shownOf(a), bench.server.available]).toEqual([made, 18]);
  });
});

describe('Apply again', () => {
  test('is an act of its own, and is priced and paid for', async () => {
    const ids = await imported('a.jpg');
    await apply(ids);
    expect(bench.applying.quote(oneRecipe(ids, onPaper), true)).toMatchObject({ photos: 1, total: '1', made: [] });
    expect(await apply(ids, onPaper, { again: true })).toMatchObject({ ok: true, value: { total: 1 } });
    expect([bench.server.available, versionsOf(ids[0] ?? '')]).toEqual([18, 2]);
  });

  test.each([false, true])('a photo that is on its way is not asked for a second time (again: %s)', async (again) => {
    const ids = await imported('a.jpg');
    const edits = oneRecipe(ids, onPaper);
    const first = bench.applying.apply(edits, 'all or nothing');
    expect(await bench.applying.apply(edits, 'all or nothing', { again })).toMatchObject({ ok: false, error: { code: 'already_working' } });
    expect(await first).toMatchObject({ ok: true });
    await until(bench, allDone(bench));
    expect([bench.server.available, versionsOf(ids[0] ?? '')]).toEqual([19, 1]);
  });
});

describe('a finished picture counts no more', () => {
  test('when its files are gone, and then not more is paid than the bar said', async () => {
    const [a = ''] = await imported('a.jpg');
    await apply([a]);
    for (const folder of ['results', 'out']) rmSync(join(bench.folder, folder), { recursive: true });
    expect(await apply([a], onPaper, { paying: 0 })).toMatchObject({
      ok: false,
      error: { code: 'price_changed', message: expect.stringContaining('Nothing was charged') },
    });
    expect(bench.server.available).toBe(19);
    expect(await apply([a], onPaper, { paying: 1 })).toMatchObject({ ok: true, value: { total: 1 } });
  });

  test('when the photo has other content since', async () => {
    const path = bench.photo('a.jpg');
    const [a = ''] = (await bench.library.importPaths([path])).imported;
    await apply([a]);
    writeFileSync(path, Buffer.from([0xff, 0xd8, 0xff, 1, 2, 3]));
    await bench.library.importPaths([path]);
    expect(await apply([a])).toMatchObject({ ok: true, value: { total: 1 } });
    expect(bench.server.available).toBe(18);
  });
});

test('a picture that failed was not made: it is applied, and paid for once', async () => {
  const ids = await imported('a.jpg');
  bench.broken.add('a.jpg');
  await apply(ids);
  bench.broken.clear();
  expect(await apply(ids)).toMatchObject({ ok: true, value: { total: 1 } });
  expect(bench.server.available).toBe(19);
});
