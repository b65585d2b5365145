/** The darkroom in another process: the same answers, and a crash that costs only what was being worked on. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { createDarkroomClient } from '../../../electron/darkroom/client.ts';
import { picture, teapot, temporaryFolder, withPaper } from './scenes.ts';

function client() {
  const children: ChildProcess[] = [];
  const room = createDarkroomClient({
    spawn() {
      const child = fork(fileURLToPath(new URL('other-process.ts', import.meta.url)), { serialization: 'advanced' });
      children.push(child);
      return {
        postMessage: (message) => void child.send(Object(message)),
        on: (event: 'message' | 'exit', listener: (value: never) => void) => child.on(event, listener as (value: unknown) => void),
        kill: () => child.kill(),
      };
    },
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
