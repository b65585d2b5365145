import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { oneRecipe } from '../../../shared/ipc/edits.ts';
import { allDone, type Bench, createBench, onPaper, until } from './bench.ts';

let bench: Bench;
beforeEach(() => {
  bench = createBench(10);
});
afterEach(async () => {
  await bench.close();
  bench.remove();
});

async function photos(count: number): Promise<string[]> {
  const paths = Array.from({ length: count }, (_, index) => bench.photo(`IMG_${String(index + 1).padStart(4, '0')}.jpg`));
  if (bench.isDead()) await bench.open();
  return [...(await bench.library.importPaths(paths)).imported];
}

const summaryOf = (): string | null | undefined => bench.applying.batches().at(-1)?.summary;

describe('applying', () => {
  test('three photos cost three credits, and each is filed and copied', async () => {
    const ids = await photos(3);
    const batch = await bench.applying.apply(oneRecipe(ids, onPaper), 'all or nothing');
    expect(batch).toMatchObject({ ok: true, value: { total: 3 } });
    await until(bench, allDone(bench));
    expect(summaryOf()).toBe('Applied to 3 photos. 3 credits used.');
    expect(bench.server).toMatchObject({ available: 7 });
    expect(bench.library.snapshot().photos.map(({ state }) => state)).toEqual(['applied', 'applied', 'applied']);
    expect(readdirSync(join(bench.folder, 'out'), { recursive: true }).filter((name) => String(name).endsWith('-1.jpg'))).toHaveLength(3);
  });

  test('every photo has its own recipe, and all of them are one request and one batch', async () => {
    const ids = await photos(3);
    const [first = '', second = '', third = ''] = ids;
    const stroke = { mode: 'erase' as const, radius: 0.02, hardness: 1, points: [[0.5, 0.5] as [number, number]] };
    const brushed = { ...onPaper, strokes: [stroke] };
    const asPng = { ...onPaper, export: { ...onPaper.export, format: 'png' as const } };
    const edits = [
      { photoId: first, recipe: onPaper },
      { photoId: second, recipe: brushed },
      { photoId: third, recipe: asPng },
      // Named a second time: it counts as it was named first.
      { photoId: first, recipe: asPng },
    ];
    expect(await bench.applying.apply(edits, 'all or nothing')).toMatchObject({ ok: true, value: { total: 3 } });
    await until(bench, allDone(bench));
    expect(bench.server.requests.filter((request) => request === 'POST /v1/operations')).toHaveLength(1);
    expect(ids.map((id) => bench.library.versions(id).map(({ recipe }) => recipe))).toEqual([[onPaper], [brushed], [asPng]]);
    expect(bench.library.snapshot().photos.map(({ recipe }) => recipe)).toEqual([onPaper, brushed, asPng]);
    expect(bench.library.versions(third)[0]?.savedTo).toMatch(/\.png$/);
    expect(bench.server.available).toBe(7);
  });

  test('all or nothing spans photos with different recipes', async () => {
    bench.server.available = 2;
    const ids = await photos(3);
    const edits = ids.map((photoId, index) => ({ photoId, recipe: { ...onPaper, shadow: { ...onPaper.shadow, strength: index / 10 } } }));
    expect(await bench.applying.apply(edits, 'all or nothing')).toMatchObject({ ok: false, error: { code: 'insufficient_credit' } });
    expect(bench.server.available).toBe(2);
    expect(bench.server.count('held') + bench.server.count('settled') + bench.server.count('released')).toBe(0);
  });

  test('ST-02: one photo without a background stops the press and is named', async () => {
    const ids = await photos(2);
    const edits = ids.map((photoId, index) => ({ photoId, recipe: index === 1 ? { ...onPaper, background: null } : onPaper }));
    const refused = await bench.applying.apply(edits, 'as many as possible');
    expect(!refused.ok && refused.error.message).toBe(
      'IMG_0002.jpg has no background; a logo alone cannot be applied. Nothing was charged. Choose a background first.',
    );
    expect(bench.server.requests).toEqual([]);
  });

  test('one failed photo never stops the rest and is not charged', async () => {
    const ids = await photos(3);
    bench.broken.add('IMG_0002.jpg');
    await bench.applying.apply(oneRecipe(ids, onPaper), 'all or nothing');
    await until(bench, allDone(bench));
    expect(bench.server.available).toBe(8);
    expect(bench.server.count('released')).toBe(1);
    expect(bench.library.snapshot().photos.map(({ state }) => state)).toEqual(['applied', 'failed', 'applied']);
    expect(summaryOf()).toMatch(/^Applied to 2 of 3 photos\. 2 credits used\. .*damaged/);
  });

  test('a full disk is named with the photo, never with a temporary file; everything held goes back', async () => {
    const ids = await photos(2);
    bench.diskFull = true;
    await bench.applying.apply(oneRecipe(ids, onPaper), 'all or nothing');
    await until(bench, allDone(bench));
    expect(bench.server.available).toBe(10);
    expect(bench.applying.batches()[0]?.problems[0]).toMatchObject({
      code: 'disk_full',
      file: 'IMG_0001.jpg',
      message: 'The disk is full, so IMG_0001.jpg could not be saved. Nothing was charged.',
    });
    // With space again the same photos can be applied.
    bench.diskFull = false;
    await bench.applying.apply(oneRecipe(ids, onPaper), 'all or nothing');
    await until(bench, () => bench.applying.batches()[0]?.applied === 2);
    expect(bench.server.available).toBe(8);
  });

  test('ST-02: no background is refused before anything is sent', async () => {
    const ids = await photos(1);
    expect(await bench.applying.apply(oneRecipe(ids, { ...onPaper, background: null }), 'all or nothing')).toMatchObject({
      ok: false,
      error: { code: 'background_required' },
    });
    expect(bench.server.requests).toEqual([]);
  });

  test('credits short by one: all or nothing takes nothing and says how many would go', async () => {
    bench.server.available = 2;
    const ids = await photos(3);
    const refused = await bench.applying.apply(oneRecipe(ids, onPaper), 'all or nothing');
    expect(refused).toMatchObject({ ok: false, error: { code: 'insufficient_credit' } });
    expect(!refused.ok && refused.error.message).toBe(
      'Not enough credit: 3 photos need 3 credits, 2 are left. Nothing was charged. Apply to as many as possible (2), or buy more.',
    );
    expect(bench.server.available).toBe(2);
    expect(bench.applying.batches()).toEqual([]);
    // Whoever saw it running by then is told that it does not.
    expect(bench.batchEvents.at(-1)).toMatchObject({ state: 'refused', total: 3, charged: '0' });
  });

  test('credits short by one: as many as possible applies the first ones and names the rest', async () => {
    bench.server.available = 2;
    const ids = await photos(3);
    await bench.applying.apply(oneRecipe(ids, onPaper), 'as many as possible');
    await until(bench, allDone(bench));
    expect(summaryOf()).toBe(
      'Applied to 2 of 3 photos. 2 credits used. 1 photo had to be left out because the credit ran out. It was not charged.',
    );
  });

  test('offline at the start is refused with a clear word, and nothing is kept', async () => {
    const ids = await photos(1);
    bench.online = false;
    expect(await bench.applying.apply(oneRecipe(ids, onPaper), 'all or nothing')).toMatchObject({
      ok: false,
      error: { code: 'offline', message: expect.stringContaining('Applying waits for the network; nothing was charged.') },
    });
    expect(bench.applying.batches()).toEqual([]);
  });

  test('the server goes away in the middle: rendering goes on, charging waits, coming back finishes it', async () => {
    const ids = await photos(4);
    await bench.applying.apply(oneRecipe(ids, onPaper), 'all or nothing');
    bench.online = false;
    await until(bench, () => bench.applying.batches()[0]?.state === 'waiting for network');
    expect(bench.server.count('held') + bench.server.count('settled')).toBe(4);
    expect(bench.applying.pending()).toBe(bench.server.count('held'));
    bench.online = true;
    bench.paidWork.connected();
    await until(bench, allDone(bench));
    expect(summaryOf()).toBe('Applied to 4 photos. 4 credits used.');
  });

  test('holds that lapsed while offline are asked for again; each photo is charged once', async () => {
    const ids = await photos(2);
    await bench.applying.apply(oneRecipe(ids, onPaper), 'all or nothing');
    bench.online = false;
    await until(bench, () => bench.applying.batches()[0]?.state === 'waiting for network');
    bench.server.lapseHolds();
    bench.online = true;
    bench.paidWork.connected();
    await until(bench, allDone(bench));
    expect([...bench.server.charges().values()]).toEqual([1, 1]);
    expect(bench.server.available).toBe(8);
  });

  test('a photo deleted between import and apply is missing and not charged; the others are applied', async () => {
    const ids = await photos(2);
    rmSync(join(bench.folder, 'photos in', 'IMG_0001.jpg'));
    await bench.applying.apply(oneRecipe(ids, onPaper), 'all or nothing');
    await until(bench, allDone(bench));
    expect(bench.server.operations.size).toBe(1);
    expect(bench.library.snapshot().photos.map(({ state }) => state)).toEqual(['missing', 'applied']);
    expect(summaryOf()).toContain('IMG_0001.jpg is not where it was imported from. It was not charged.');
  });

  test('pause holds back what has not begun; resume goes on', async () => {
    const ids = await photos(4);
    const batch = await bench.applying.apply(oneRecipe(ids, onPaper), 'all or nothing');
    const id = batch.ok ? batch.value.id : '';
    expect(bench.applying.pause(id)).toMatchObject({ ok: true, value: { state: 'paused' } });
    await until(bench, () => bench.applying.batches()[0]?.applied === 2);
    expect(bench.server.count('held')).toBe(2);
    expect(bench.applying.batches()[0]).toMatchObject({ state: 'paused', applied: 2 });
    expect(bench.applying.resume(id)).toMatchObject({ ok: true, value: { state: 'running' } });
    await until(bench, allDone(bench));
    expect(bench.server.available).toBe(6);
  });

  test('cancel finishes what is being written and gives the rest back', async () => {
    const ids = await photos(5);
    const batch = await bench.applying.apply(oneRecipe(ids, onPaper), 'all or nothing');
    expect(bench.applying.cancel(batch.ok ? batch.value.id : '')).toMatchObject({ ok: true });
    await until(bench, allDone(bench));
    expect(bench.server.count('settled')).toBe(2);
    expect(bench.server.count('released')).toBe(3);
    expect(bench.applying.batches().at(-1)).toMatchObject({ state: 'cancelled', applied: 2, cancelled: 3 });
    expect(summaryOf()).toBe('Cancelled. Applied to 2 of 5 photos. 2 credits used. 3 photos not started. They were not charged.');
  });

  test('more than one request takes: all or nothing holds across requests too', async () => {
    bench.server.available = 8;
    const ids = await photos(12);
    const refused = await bench.applying.apply(oneRecipe(ids, onPaper), 'all or nothing');
    expect(refused).toMatchObject({ ok: false, error: { code: 'insufficient_credit' } });
    await until(bench, () => bench.server.available === 8);
    expect(bench.server.count('settled')).toBe(0);
    expect(bench.server.requests.filter((request) => request === 'POST /v1/operations')).toHaveLength(2);
  });

  test('more than one request takes: as many as possible goes on through all of them', async () => {
    bench.server.available = 8;
    const ids = await photos(12);
    await bench.applying.apply(oneRecipe(ids, onPaper), 'as many as possible');
    await until(bench, allDone(bench));
    expect(bench.server.charges().size).toBe(8);
    expect(bench.applying.batches()[0]).toMatchObject({ applied: 8, refused: 4 });
  });

  test('a photo that is being worked on cannot be applied a second time meanwhile', async () => {
    const ids = await photos(1);
    const first = bench.applying.apply(oneRecipe(ids, onPaper), 'all or nothing');
    expect(await bench.applying.apply(oneRecipe(ids, onPaper), 'all or nothing')).toMatchObject({
      ok: false,
      error: { code: 'already_working' },
    });
    expect(await first).toMatchObject({ ok: true });
    await until(bench, allDone(bench));
    expect(bench.server.available).toBe(9);
  });

  test('an output folder that cannot be written to costs nothing further and loses nothing', async () => {
    const ids = await photos(1);
    bench.photo('../out');
    await bench.applying.apply(oneRecipe(ids, onPaper), 'all or nothing');
    await until(bench, allDone(bench));
    expect(bench.library.snapshot().photos[0]).toMatchObject({ state: 'applied' });
    expect(summaryOf()).toContain('The finished IMG_0001.jpg is safe in the library, but no copy was put into');
    const [version] = bench.library.versions(ids[0] ?? '');
    expect(version).toMatchObject({ savedTo: null });
    expect(existsSync(join(bench.folder, 'results', ids[0] ?? '', `${version?.id}.jpg`))).toBe(true);
  });
});
