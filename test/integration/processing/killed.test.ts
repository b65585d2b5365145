/** The studio is killed in the middle of a run of processing, at each line that matters: the next start goes on, and the books are exact. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Chain } from '../../../shared/edit/processing/chain.ts';
import type { ProcessingRun } from '../../../shared/ipc/processing.ts';
import { type RunningServer, startServer } from '../server/running-server.ts';
import { closeDarkroom, type OpenedStudio, openOn, processed, removeFolder, studioFolder } from '../wallet/studio-on-server.ts';
import type { Orders } from './dying-process.ts';

const chain: Chain = [{ kind: 'resize', width: 80, height: null }, { kind: 'grayscale' }, { kind: 'convert', format: 'webp' }];
const names = ['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg', 'e.jpg'];

let server: RunningServer;
let opened: OpenedStudio;
beforeAll(async () => {
  server = await startServer({ args: [] });
});
afterAll(async () => {
  await server.stop();
  await closeDarkroom();
});
afterEach(async () => {
  await opened.close();
  removeFolder(opened.folder);
});

/** Ends by a signal of its own. */
function dies(orders: Orders): Promise<string | null> {
  const script = fileURLToPath(new URL('dying-process.ts', import.meta.url));
  const child = spawn(process.execPath, [script, JSON.stringify(orders)], { stdio: ['ignore', 'inherit', 'inherit'] });
  return new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
}
const over = (least = 0): Promise<ProcessingRun> => processed(opened, least);
const files = (): string[] =>
  (existsSync(join(opened.folder, 'out')) ? readdirSync(join(opened.folder, 'out'), { recursive: true, encoding: 'utf8' }) : [])
    .filter((name) => statSync(join(opened.folder, 'out', name)).isFile())
    .map((name) => name.replace(/^.*[/\\]/, ''))
    .sort();

const points = ['before hold', 'after hold', 'before make', 'after make', 'before settle', 'after settle'] as const;

test.each(points)('PG-04: killed %s: every photo is there once and charged once', async (diesAt) => {
  const account = await server.account({ policy: 'pay-as-you-go', country: 'DE' });
  const folder = studioFolder();
  opened = await openOn(server, account, folder);
  await opened.online();
  const photoIds = await opened.import(...names);
  await opened.close();
  expect(await dies({ folder, url: server.url, token: account.token, photoIds, chain, next: [], diesAt })).toBe('SIGKILL');

  opened = await openOn(server, account, folder);
  expect(opened.studio.processing.runs()).toMatchObject([{ state: 'running', resumed: true, total: 5 }]);
  opened.connect();
  const run = await over();
  expect(run).toMatchObject({ state: 'finished', done: 5, failed: 0, charged: '0.0150', problems: [] });
  expect(run.summary).toContain('€0.0150 charged.');
  expect(run.summary).toContain('went on by itself');
  expect(files()).toEqual(names.map((name) => name.replace('.jpg', '-processed-1.webp')));
  expect(readdirSync(join(folder, 'processing'))).toEqual([]);
  expect((await account.get('/v1/wallet')).body).toMatchObject({ available: '0.4850', held: '0.0000' });
});

test('PW-13: killed while two more wait their turn: all three go on in it, and every photo is there and charged once', async () => {
  const account = await server.account({ policy: 'pay-as-you-go', country: 'DE' });
  const folder = studioFolder();
  opened = await openOn(server, account, folder);
  await opened.online();
  const [a = '', b = '', c = '', d = '', e = ''] = await opened.import(...names);
  await opened.close();
  const next = [[d], [e]];
  expect(await dies({ folder, url: server.url, token: account.token, photoIds: [a, b, c], chain, next, diesAt: 'before make' })).toBe(
    'SIGKILL',
  );

  opened = await openOn(server, account, folder);
  const waiting = opened.studio.processing.runs();
  expect(waiting).toMatchObject([3, 1, 1].map((total) => ({ state: 'running', resumed: true, total })));
  const ends = Promise.all(waiting.map(({ id }) => processed(opened, 0, id)));
  opened.connect();
  expect(await ends).toMatchObject(
    [3, 1, 1].map((done) => ({ state: 'finished', done, failed: 0, charged: done === 3 ? '0.0090' : '0.0030' })),
  );
  expect(files()).toEqual(names.map((name) => name.replace('.jpg', '-processed-1.webp')));
  expect(readdirSync(join(folder, 'processing'))).toEqual([]);
  expect((await account.get('/v1/wallet')).body).toMatchObject({ available: '0.4850', held: '0.0000' });
});

test('free work killed in the middle goes on without a network', async () => {
  const account = await server.account({ policy: 'background-studio' });
  const folder = studioFolder();
  opened = await openOn(server, account, folder);
  await opened.online();
  const photoIds = await opened.import(...names);
  await opened.close();
  expect(await dies({ folder, url: server.url, token: account.token, photoIds, chain, next: [], diesAt: 'after make' })).toBe('SIGKILL');
  opened = await openOn(server, account, folder);
  expect(await over()).toMatchObject({ done: 5, failed: 0, free: true, charged: '0', resumed: true });
  expect(files()).toHaveLength(5);
});

test('a run that was cancelled and then killed does not go on; closing the studio is no cancelling', async () => {
  const account = await server.account({ policy: 'background-studio' });
  opened = await openOn(server, account, studioFolder());
  await opened.online();
  const photoIds = await opened.import(...names);
  opened.studio.processing.start(photoIds, chain);
  await opened.close();
  opened = await openOn(server, account, opened.folder);
  const [run] = opened.studio.processing.runs();
  expect(run).toMatchObject({ state: 'running', resumed: true });
  opened.studio.processing.cancel(run?.id ?? '');
  const { done, failed } = await over();
  expect(failed).toBe(0);
  expect(files()).toHaveLength(done);
  await opened.close();
  opened = await openOn(server, account, opened.folder);
  expect(opened.studio.processing.runs()).toEqual([]);
});

test('signed in as somebody else, a paid run waits for its own account; nobody pays for another', async () => {
  const [owner, other] = [
    await server.account({ policy: 'pay-as-you-go', country: 'DE' }),
    await server.account({ policy: 'pay-as-you-go', country: 'DE' }),
  ];
  opened = await openOn(server, owner, studioFolder());
  await opened.online();
  const photoIds = await opened.import(...names);
  opened.line.cut = true;
  expect(opened.studio.processing.start(photoIds, chain)).toMatchObject({ ok: true });
  opened.line.cut = false;
  opened.studio.connect({ url: server.url, token: other.token, local: true });
  const aside = await over();
  expect(aside.summary).toMatch(/^Set aside after \d of 5 photos: .+ Nothing is charged to this one\.$/);
  expect((await other.get('/v1/wallet')).body).toMatchObject({ available: '0.5000', held: '0.0000' });
  opened.studio.connect({ url: server.url, token: owner.token, local: true });
  const run = await over(5);
  expect(run).toMatchObject({ id: aside.id, done: 5, charged: '0.0150' });
  expect(files()).toHaveLength(5);
  expect((await owner.get('/v1/wallet')).body).toMatchObject({ available: '0.4850', held: '0.0000' });
});
