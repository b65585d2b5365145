/** The darkroom in another process: the same answers, and a crash that costs only what was being worked on. */
import type { ChildProcess } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { type ChildLike, DarkroomClient } from '../../../electron/darkroom/process/client.ts';
import { childOf, forkWorker } from '../../../electron/darkroom/process/forked.ts';
import { standInModel } from '../../stand-in-model.ts';
import { picture, teapot, temporaryFolder, withPaper } from './scenes.ts';

const standIn = standInModel();
afterAll(() => rmSync(standIn.BACKLOT_CACHE, { recursive: true, force: true }));

interface Wanted {
  readonly previewLeavesAfterMs?: number;
  readonly jobWithinMs?: number;
  readonly previewWithinMs?: number;
  /** Its mattes take seconds; the stand-in's are there at once. */
  readonly network?: 'real';
}

function client({ previewLeavesAfterMs = 60_000, network, ...limits }: Wanted = {}) {
  const children: ChildProcess[] = [];
  const env = { ...process.env, ...(network === 'real' ? {} : standIn) };
  const forked = (name: 'worker' | 'preview-worker') => (): ChildLike => {
    const child = forkWorker(name, { env });
    children.push(child);
    return childOf(child);
  };
  const room = new DarkroomClient({
    spawn: forked('worker'),
    spawnPreview: forked('preview-worker'),
    previewLeavesAfterMs,
    ...limits,
  });
  onTestFinished(() => room.close());
  return { room, children };
}

async function photo() {
  const folder = temporaryFolder();
  const path = join(folder, 'pot.png');
  await picture(await teapot(450, 300))
    .png()
    .toFile(path);
  return { folder, path };
}

test('jobs, results and progress pass through', async () => {
  const { room } = client();
  const { folder, path } = await photo();
  const inspected = await room.inspect({ path, thumbPath: join(folder, 't.webp'), screenPath: join(folder, 's.webp') });
  expect(inspected).toMatchObject({ ok: true, value: { width: 450, height: 300 } });
  const fractions: number[] = [];
  const job = { photoId: 'P1', path, folder: join(folder, 'cache'), recipe: withPaper(), backgroundPath: null, logoPath: null };
  const exported = await room.export({ ...job, outPath: join(folder, 'out.jpg') }, (fraction) => fractions.push(fraction));
  expect(exported).toMatchObject({ ok: true, value: { width: 450, height: 300 } });
  expect(fractions.at(-1)).toBe(1);
  expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
  const missing = await room.inspect({
    path: join(folder, 'gone.jpg'),
    thumbPath: join(folder, 't.webp'),
    screenPath: join(folder, 's.webp'),
  });
  expect(missing).toMatchObject({ ok: false, error: { code: 'file_missing' } });
});

test('when the process dies its jobs fail with a clear word, and the next job starts a new one', async () => {
  const { room, children } = client();
  const { folder, path } = await photo();
  const job = { photoId: 'P1', path, folder: join(folder, 'cache'), strokes: [], quality: 'full' as const };
  const lost = room.prepare(job);
  children[0]?.kill('SIGKILL');
  const result = await lost;
  expect(result).toMatchObject({ ok: false, error: { code: 'darkroom_stopped', file: 'pot.png' } });
  if (!result.ok) expect(result.error.message).toContain('Nothing was charged');
  expect(await room.inspect({ path, thumbPath: join(folder, 't.webp'), screenPath: join(folder, 's.webp') })).toMatchObject({ ok: true });
  expect(children).toHaveLength(2);
});

test('after closing, jobs are refused and no process is left', async () => {
  const { room, children } = client();
  const { folder, path } = await photo();
  await room.inspect({ path, thumbPath: join(folder, 't.webp'), screenPath: join(folder, 's.webp') });
  await room.close();
  expect(children.map((child) => child.exitCode)).toEqual([0]);
  const late = await room.inspect({ path, thumbPath: join(folder, 't.webp'), screenPath: join(folder, 's.webp') });
  expect(late).toMatchObject({ ok: false, error: { code: 'darkroom_stopped' } });
});

test('a preview of processing and a logo pass the mattes that are being made, and a process that dies takes only its own jobs along', async () => {
  const { room, children } = client({ network: 'real' });
  const { folder, path } = await photo();
  const order: string[] = [];
  const preview = { path, chain: [{ kind: 'flip' as const }], files: {}, outPath: join(folder, 'preview.webp'), screen: 300 };
  const mattes = ['one', 'two'].map((name) =>
    room
      .prepare({ photoId: name, path, folder: join(folder, name), strokes: [], quality: 'full' })
      .then((result) => order.push(result.ok ? 'matte' : result.error.code)),
  );
  const previewed = await room.process(preview);
  const chosen = { path, thumbPath: join(folder, 't.webp'), screenPath: join(folder, 's.webp'), waitedFor: true };
  expect(await room.inspect(chosen)).toMatchObject({ ok: true });
  order.push('preview');
  expect(previewed).toMatchObject({ ok: true, value: { width: 450, height: 300 } });
  expect(order).toEqual(['preview']);
  const lost = room.process(preview);
  children[1]?.kill('SIGKILL');
  expect(await lost).toMatchObject({ ok: false, error: { code: 'darkroom_stopped' } });
  await Promise.all(mattes);
  expect(order).toEqual(['preview', 'matte', 'matte']);
});

test('the process of previews leaves when it has nothing to do, and comes back for the next one', async () => {
  const { room, children } = client({ previewLeavesAfterMs: 0 });
  const { folder, path } = await photo();
  const preview = { path, chain: [{ kind: 'flip' as const }], files: {}, outPath: join(folder, 'preview.webp'), screen: 300 };
  expect(await room.process(preview)).toMatchObject({ ok: true });
  await new Promise((left) => children[0]?.once('exit', left));
  expect(children[0]?.exitCode).toBe(0);
  expect(await room.process(preview)).toMatchObject({ ok: true });
  expect(children).toHaveLength(2);
});

/** Little to read, few elements, and minutes to draw: each step of the filter takes a fast core some seconds. */
const ENDLESS_SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="2000" height="2000"><filter id="f">${'<feTurbulence numOctaves="16" baseFrequency="0.9"/>'.repeat(60)}</filter><rect width="100%" height="100%" filter="url(#f)"/></svg>`;

test('a logo that is never finished is given up by name, and the next one is looked at', async () => {
  const { room, children } = client({ previewWithinMs: 2_000 });
  const { folder, path } = await photo();
  const endless = join(folder, 'endless.svg');
  writeFileSync(endless, ENDLESS_SVG);
  const look = (file: string, name: string) =>
    room.inspect({ path: file, thumbPath: join(folder, `${name}.t.webp`), screenPath: join(folder, `${name}.s.webp`), waitedFor: true });
  const [stuck, good] = await Promise.all([look(endless, 'endless'), look(path, 'good')]);
  expect(stuck).toMatchObject({ ok: false, error: { code: 'took_too_long', file: 'endless.svg' } });
  expect(good).toMatchObject({ ok: true, value: { width: 450 } });
  expect(children).toHaveLength(2);
});

test('a job that gets nowhere ends alone: those beside it begin again and are finished', async () => {
  const { room, children } = client({ jobWithinMs: 3_000 });
  const { folder, path } = await photo();
  const endless = join(folder, 'endless.svg');
  writeFileSync(endless, ENDLESS_SVG);
  const inspect = (file: string, n: number) =>
    room.inspect({ path: file, thumbPath: join(folder, `${n}.t.webp`), screenPath: join(folder, `${n}.s.webp`) });
  // Two of them fill every lane: the good ones wait behind, and must not be taken for stuck.
  const results = await Promise.all([inspect(endless, 1), inspect(endless, 2), inspect(path, 3), inspect(path, 4)]);
  expect(results.map((result) => (result.ok ? 'ok' : result.error.code))).toEqual(['took_too_long', 'took_too_long', 'ok', 'ok']);
  expect(children.length).toBeGreaterThan(1);
});
