/** Processing under a policy that prices it: a file is saved only when it is paid for, however long that took, and paid for once. */
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Darkroom } from '../../../electron/darkroom/port.ts';
import { processingMigrations } from '../../../electron/paid-work/earlier/processing-database.ts';
import { openDatabase } from '../../../electron/storage/sqlite.ts';
import type { Chain } from '../../../shared/edit/processing/chain.ts';
import type { ProcessingRun } from '../../../shared/ipc/processing.ts';
import { ok } from '../../../shared/result.ts';
import { slowDarkroom } from '../applying/slow-darkroom.ts';
import { type Account, type RunningServer, startServer } from '../server/running-server.ts';
import { type OpenedStudio, openOn, processed, removeFolder, studioFolder } from '../wallet/studio-on-server.ts';

const chain: Chain = [{ kind: 'grayscale' }];
const NOON = '2026-03-02T12:00:00Z';
const LATER = '2026-03-02T18:00:00Z';

let server: RunningServer;
let account: Account;
let opened: OpenedStudio;
/** Done once a file is made and before its charge is asked for. */
let afterMaking: () => Promise<void>;

/** Copies bytes; the picture does not matter here. */
const copying: Darkroom = {
  ...slowDarkroom(1),
  async process({ path, outPath }) {
    copyFileSync(path, outPath);
    const bytes = readFileSync(outPath);
    await afterMaking();
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return ok({ width: 160, height: 120, format: 'jpeg' as const, bytes: bytes.length, sha256 });
  },
};

beforeAll(async () => {
  server = await startServer({ policy: 'pay-as-you-go' });
});
afterAll(() => server.stop());
beforeEach(async () => {
  await server.clock(NOON);
  afterMaking = async () => undefined;
  account = await server.account({ policy: 'pay-as-you-go', country: 'DE' });
  opened = await openOn(server, account, studioFolder(), copying);
  await opened.online();
});
afterEach(async () => {
  await opened.close();
  removeFolder(opened.folder);
});

const out = (): string => join(opened.folder, 'out');
const saved = (): string[] =>
  existsSync(out()) ? readdirSync(out(), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.jpg')) : [];
const run = (): ProcessingRun | null => opened.studio.processing.runs()[0] ?? null;
const settled = async (): Promise<number> =>
  (await account.get('/v1/ledger?limit=1000')).body.entries.filter(({ kind }: { kind: string }) => kind === 'settled').length;
const until = (reached: () => boolean): Promise<void> =>
  new Promise((resolve) => {
    const look = (): void => {
      if (!reached()) return;
      end();
      resolve();
    };
    const end = opened.events.on('processing.changed', look);
    look();
  });

/** The hold goes back; `spent`: and all credit is spent elsewhere. */
async function holdsLapse(spent: boolean): Promise<void> {
  await server.clock(LATER);
  await server.sweep();
  if (!spent) return;
  const operations = Array.from({ length: 10 }, () => ({
    opId: crypto.randomUUID(),
    kind: 'apply',
    photo: 'elsewhere',
    recipe: { background: 'paper' },
  }));
  expect((await account.post('/v1/operations', { atomic: true, operations })).status).toBe(200);
  for (const { opId } of operations) await account.post(`/v1/operations/${opId}/settle`, {});
}

async function start(...names: string[]): Promise<void> {
  const started = opened.studio.processing.start(await opened.import(...names), chain);
  if (!started.ok) throw new Error(started.error.message);
}

async function madeNotPaid(): Promise<void> {
  afterMaking = () => holdsLapse(true);
  await start('a.jpg');
  await until(() => run()?.unpaid === 1);
  afterMaking = async () => undefined;
  expect(run()).toMatchObject({ state: 'running', done: 0, failed: 0, charged: '0.0000', problems: [{ code: 'made_not_paid' }] });
  expect(saved()).toEqual([]);
}

describe('a hold that went back after the file was made', () => {
  test('PG-04: is asked for again, paid once, and only then the file is saved', async () => {
    afterMaking = () => holdsLapse(false);
    await start('a.jpg');
    expect(await processed(opened)).toMatchObject({ done: 1, unpaid: 0, charged: '0.0010', problems: [] });
    expect(saved()).toHaveLength(1);
    expect(await settled()).toBe(1);
    expect((await account.get('/v1/wallet')).body).toMatchObject({ available: '0.4990', held: '0.0000' });
  });

  test('without credit: made, not paid; nothing is saved or charged; with credit it is paid and saved once', async () => {
    await madeNotPaid();
    await server.grant(account.accountId, 'balance', '1.0000');
    expect(await processed(opened)).toMatchObject({ done: 1, unpaid: 0, charged: '0.0010', problems: [] });
    expect(saved()).toHaveLength(1);
    expect(await settled()).toBe(11);
  });

  test('without credit, over a restart, and then with credit', async () => {
    await madeNotPaid();
    await opened.close();
    opened = await openOn(server, account, opened.folder, copying);
    await opened.online();
    await until(() => run()?.unpaid === 1);
    expect(saved()).toEqual([]);
    await server.grant(account.accountId, 'balance', '1.0000');
    expect(await processed(opened)).toMatchObject({ done: 1, charged: '0.0010' });
    expect(saved()).toHaveLength(1);
  });

  test('without credit, and cancelled: the file is discarded, nothing is charged', async () => {
    await madeNotPaid();
    opened.studio.processing.cancel(run()?.id ?? '');
    expect(await processed(opened)).toMatchObject({ state: 'cancelled', done: 0, unpaid: 0, failed: 1, charged: '0.0000' });
    expect(readdirSync(join(opened.folder, 'processing'))).toEqual([]);
    await server.grant(account.accountId, 'balance', '1.0000');
    await opened.studio.wallet.sync();
    expect(saved()).toEqual([]);
    expect(await settled()).toBe(10);
  });
});

test('paid-work.db gone after the charge: the file is known by its operation and put where it was to go', async () => {
  opened.line.troubles.push(null, ...Array.from({ length: 100 }, () => 'drop response' as const));
  await start('a.jpg');
  await opened.until(
    () => opened.studio.wallet.get().wallet?.available === '0.4990' && opened.studio.wallet.get().wallet?.held === '0.0000',
  );
  opened.line.cut = true;
  await opened.close();
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(opened.folder, `paid-work.db${suffix}`), { force: true });
  expect(saved()).toEqual([]);
  opened = await openOn(server, account, opened.folder, copying);
  await opened.online();
  await opened.studio.recovery.run();
  expect(saved().map((name) => name.replace(/^.*[/\\]/, ''))).toEqual(['a-processed-1.jpg']);
  expect(await settled()).toBe(1);
  expect(opened.studio.cases.list()).toEqual([]);
  expect(readdirSync(join(opened.folder, 'processing'))).toEqual([]);
});

/** A run of the version before: it placed a file first, and charged for it then. */
test.each([
  ['made', 1],
  ['placed', 1],
] as const)('a run in flight of the version before, %s: charged once, saved once', async (state, files) => {
  const [photoId = ''] = await opened.import('a.jpg');
  await opened.close();
  const opId = crypto.randomUUID();
  await account.post('/v1/operations', { atomic: true, operations: [{ opId, kind: 'process', photo: photoId, steps: ['grayscale'] }] });
  const work = join(opened.folder, 'processing');
  for (const folder of [work, join(out(), 'earlier')]) mkdirSync(folder, { recursive: true });
  const made = join(work, 'ITEM.jpg');
  if (state === 'made') writeFileSync(made, 'picture');
  else writeFileSync(join(out(), 'earlier', 'a-processed-1.jpg'), 'picture');
  const db = openDatabase({ path: join(opened.folder, 'processing.db'), migrations: processingMigrations.slice(0, 1), durability: 'full' });
  db.prepare("INSERT INTO run VALUES ('RUN', ?, ?, ?, 0, 'running')").run(account.accountId, JSON.stringify(chain), out());
  db.prepare("INSERT INTO item VALUES ('ITEM', 'RUN', 0, ?, 'a.jpg', ?, ?, ?, NULL, NULL)").run(
    photoId,
    state,
    opId,
    state === 'made' ? made : null,
  );
  db.prepare("INSERT INTO operation VALUES (?, 'ITEM')").run(opId);
  db.close();
  opened = await openOn(server, account, opened.folder, copying);
  await opened.online();
  expect(await processed(opened)).toMatchObject({ id: 'RUN', done: 1, charged: '0.0010', problems: [] });
  expect(saved()).toHaveLength(files);
  expect(await settled()).toBe(1);
});
