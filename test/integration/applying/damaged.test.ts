/**
 * Paid, the answer lost, the process killed, and then a database of the studio's own is damaged or gone: every picture is delivered
 * once, or its case is told once; nothing is paid twice, nothing is called a fault of the network, and what comes after works.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { oneRecipe } from '../../../shared/ipc/edits.ts';
import { type Account, type RunningServer, startServer } from '../server/running-server.ts';
import { finished, type OpenedStudio, onPaper, openOn, removeFolder, studioFolder } from '../wallet/studio-on-server.ts';
import { damages, keepDatabases } from './damage.ts';
import { slowDarkroom } from './slow-darkroom.ts';

let server: RunningServer;
let account: Account;
let opened: OpenedStudio;
beforeAll(async () => {
  server = await startServer({ args: [] });
});
afterAll(() => server.stop());
beforeEach(async () => {
  account = await server.account({ plan: 'basic' });
  await server.grant(account.accountId, 'purchased', '10');
  opened = await openOn(server, account, studioFolder(), slowDarkroom(1));
});
afterEach(async () => {
  await opened.close();
  removeFolder(opened.folder);
});

const names = ['IMG_1.jpg', 'IMG_2.jpg', 'IMG_3.jpg'];
const copies = (): string[] => {
  const out = join(opened.folder, 'out');
  const files = existsSync(out) ? readdirSync(out, { recursive: true, encoding: 'utf8' }) : [];
  return files
    .filter((name) => name.endsWith('.jpg'))
    .map((name) => name.replace(/^.*[/\\]/, ''))
    .sort();
};
const settled = async (): Promise<number> =>
  (await account.get('/v1/ledger?limit=1000')).body.entries.filter(({ kind }: { kind: string }) => kind === 'settled').length;
const path = (name: string): string => join(opened.folder, name);

/** Three photos charged, no answer heard; the files as a killed process leaves them. Then `meanwhile`, and the next start. */
async function killedWithPaidPhotos(meanwhile: () => void): Promise<void> {
  await opened.online();
  const ids = await opened.import(...names);
  opened.line.troubles.push(null, ...Array.from({ length: 100 }, () => 'drop response' as const));
  await opened.studio.applying.apply(oneRecipe(ids, onPaper), 'all or nothing');
  // The stream tells of every charge, though no answer came.
  await opened.until(() => opened.studio.wallet.get().wallet?.available === '7' && opened.studio.wallet.get().wallet?.held === '0');
  expect(await settled()).toBe(3);
  opened.line.cut = true;
  const killed = keepDatabases(opened.folder);
  await opened.close();
  killed.putBack();
  meanwhile();
  opened = await openOn(server, account, opened.folder, slowDarkroom(1));
}

/** Everything that waits is over, and every charge has been looked into. */
async function atRest(): Promise<void> {
  await opened.online();
  await opened.studio.recovery.run();
  await opened.until(() => opened.studio.applying.batches().every(({ state }) => state === 'finished' || state === 'cancelled'));
  await opened.studio.recovery.run();
}

async function everyPictureOnce(): Promise<void> {
  const { photos } = opened.studio.library.snapshot();
  expect(photos.map(({ name }) => name).sort()).toEqual(names);
  for (const { id } of photos) {
    const versions = opened.studio.library.versions(id);
    expect(versions).toHaveLength(1);
    expect(versions[0]?.recipe).toEqual(onPaper);
    expect((await account.get(`/v1/operations/${versions[0]?.opId}`)).body).toMatchObject({ status: 'settled', charged: '1' });
  }
  expect(copies()).toEqual(names.map((name) => name.replace('.jpg', '-1.jpg')));
  expect(opened.studio.cases.list()).toEqual([]);
  expect(await settled()).toBe(3);
}

/** Nothing is stuck: one more photo is applied, paid and delivered. */
async function theNextOneWorks(charges: number): Promise<void> {
  const ids = await opened.import('next.jpg');
  expect(await opened.studio.applying.apply(oneRecipe(ids, onPaper), 'all or nothing')).toMatchObject({ ok: true });
  await opened.until(finished(opened.studio));
  expect(opened.studio.library.versions(ids[0] ?? '')).toHaveLength(1);
  expect(await settled()).toBe(charges + 1);
}

describe('library.db', () => {
  test.each(Object.keys(damages))(
    '%s: the photos are taken up again, every picture is delivered once, the next batch goes',
    async (damage) => {
      await killedWithPaidPhotos(() => damages[damage]?.(path('library.db')));
      const states = new Set<string>();
      opened.events.on('applying.changed', ({ state }) => states.add(state));
      await atRest();
      await everyPictureOnce();
      expect(states).not.toContain('stopped');
      await theNextOneWorks(3);
    },
  );

  test('gone, and the folder was imported again before the network came back: the pictures belong to those photos', async () => {
    await killedWithPaidPhotos(() => damages['the file gone']?.(path('library.db')));
    await opened.studio.library.importPaths([path('photos in')]);
    await atRest();
    await everyPictureOnce();
  });

  test('gone together with the originals: the pictures are delivered all the same, and each case is told once', async () => {
    await killedWithPaidPhotos(() => {
      damages['the file gone']?.(path('library.db'));
      rmSync(path('photos in'), { recursive: true });
    });
    await atRest();
    expect(copies()).toEqual(names.map((name) => name.replace('.jpg', '-1.jpg')));
    const [batch] = opened.studio.applying.batches();
    expect(batch).toMatchObject({ applied: 3, charged: '3' });
    expect(batch?.problems.map(({ code }) => code)).toEqual(['outside_library', 'outside_library', 'outside_library']);
    const cases = opened.studio.cases.list();
    expect(cases.map(({ kind, photoName }) => [kind, photoName]).sort()).toEqual(names.map((name) => ['outside', name]));
    for (const { opId, path: lies } of cases) {
      expect(existsSync(lies ?? '')).toBe(true);
      opened.studio.cases.dismiss(opId);
    }
    await opened.close();
    opened = await openOn(server, account, opened.folder, slowDarkroom(1));
    await atRest();
    expect(opened.studio.cases.list()).toEqual([]);
    expect(copies()).toHaveLength(3);
    await theNextOneWorks(3);
  });
});

describe('paid-work.db', () => {
  test.each(Object.keys(damages))('%s: each file is known by its operation and filed', async (damage) => {
    await killedWithPaidPhotos(() => damages[damage]?.(path('paid-work.db')));
    await atRest();
    await everyPictureOnce();
    await theNextOneWorks(3);
  });

  test('gone, and the finished files too: they are made again for nothing', async () => {
    await killedWithPaidPhotos(() => {
      damages['the file gone']?.(path('paid-work.db'));
      rmSync(path('results'), { recursive: true });
    });
    await atRest();
    await everyPictureOnce();
  });

  test('gone, and the finished files and the originals too: a case for each, with what to do, told once', async () => {
    await killedWithPaidPhotos(() => {
      damages['the file gone']?.(path('paid-work.db'));
      for (const name of ['results', 'photos in']) rmSync(path(name), { recursive: true });
    });
    await atRest();
    const cases = opened.studio.cases.list();
    expect(cases.map(({ kind, photoName, charged }) => [kind, photoName, charged]).sort()).toEqual(
      names.map((name) => ['lost', name, '1 credit']),
    );
    for (const { opId, message } of cases) {
      expect(message).toContain(`Ask support to give the charge back: operation ${opId}.`);
      opened.studio.cases.dismiss(opId);
    }
    await opened.close();
    opened = await openOn(server, account, opened.folder, slowDarkroom(1));
    await atRest();
    expect(opened.studio.cases.list()).toEqual([]);
    await theNextOneWorks(3);
  });
});

describe('both', () => {
  test.each(Object.keys(damages))('%s: each file is known by its operation, its photo is taken up again', async (damage) => {
    await killedWithPaidPhotos(() => {
      for (const name of ['library.db', 'paid-work.db']) damages[damage]?.(path(name));
    });
    await atRest();
    await everyPictureOnce();
    await theNextOneWorks(3);
  });

  test('and the notes, and the copy of the ledger: files are known by where they lie, delivered, and said', async () => {
    await killedWithPaidPhotos(() => {
      for (const name of ['library.db', 'paid-work.db', 'cache.db']) damages['the file gone']?.(path(name));
      rmSync(path('paid-work'), { recursive: true });
    });
    await atRest();
    expect(copies()).toHaveLength(3);
    expect(opened.studio.cases.list().map(({ kind }) => kind)).toEqual(['outside', 'outside', 'outside']);
    await theNextOneWorks(3);
  });
});

test('nothing damaged: what another machine of the account has paid for is no case of this one', async () => {
  await killedWithPaidPhotos(() => undefined);
  const operation = { opId: crypto.randomUUID(), kind: 'apply', photo: 'elsewhere', recipe: { background: 'paper' } };
  await account.post('/v1/operations', { atomic: true, operations: [operation] });
  await account.post(`/v1/operations/${operation.opId}/settle`, {});
  await atRest();
  expect(opened.studio.cases.list()).toEqual([]);
  expect(copies()).toHaveLength(3);
});

test('a copy that found no room is made up for at the next start, and when another folder is chosen', async () => {
  await opened.online();
  const ids = await opened.import(...names);
  await opened.photo('../out');
  await opened.studio.applying.apply(oneRecipe(ids, onPaper), 'all or nothing');
  await opened.until(finished(opened.studio));
  expect(opened.studio.applying.batches()[0]).toMatchObject({ applied: 3, charged: '3' });
  await opened.close();
  rmSync(path('out'));
  opened = await openOn(server, account, opened.folder, slowDarkroom(1));
  await opened.until(() => copies().length === 3);
  await opened.until(() => ids.every((id) => opened.studio.library.versions(id)[0]?.savedTo !== null));
  expect(await settled()).toBe(3);
});
