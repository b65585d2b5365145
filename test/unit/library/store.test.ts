import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Library } from '../../../electron/library/library.ts';
import { libraryMigrations } from '../../../electron/library/schema.ts';
import { LibraryStore } from '../../../electron/library/store.ts';
import { openDatabase, openOrSetAside } from '../../../electron/storage/sqlite.ts';
import { EPOCH } from '../../../shared/credits/model/instants.ts';
import { defaultRecipe } from '../../../shared/edit/recipe.ts';
import { accountNamed, instant, opNamed } from '../../quantities.ts';
import { fakeWorld, ulidOf } from '../wallet/fake-world.ts';

let folder: string;
let store: LibraryStore;
const open = (): LibraryStore =>
  new LibraryStore(openDatabase({ path: join(folder, 'library.db'), migrations: libraryMigrations, durability: 'full' }));
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'backlot-store-'));
  store = open();
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const id = (n: number): string => ulidOf(n, '01P');
const libraryOn = (from: LibraryStore) =>
  new Library({
    store: from,
    darkroom: undefined as never,
    world: fakeWorld(),
    emit: () => undefined,
    folderOf: (photoId) => join(folder, photoId),
  });
const library = () => libraryOn(store);

function addPhotos(count: number): string[] {
  const collection_id = store.collection('/shoot', 'Shoot', id(0), EPOCH);
  return Array.from({ length: count }, (_, n) => {
    const row = { id: id(n + 1), collection_id, path: `/shoot/${n}.jpg`, name: `${n}.jpg`, width: 6000, height: 4000, format: 'jpeg' };
    store.insertPhoto({ ...row, bytes: 1, modified_ms: 1, sha256: 'a', imported_at: EPOCH });
    return row.id;
  });
}

const version = (photoId: string, n: number, kind: 'applied' | 'corrected' = 'applied') => ({
  id: ulidOf(n, '01V'),
  photo_id: photoId,
  op_id: opNamed(`op${n}`),
  at: instant(n),
  recipe: JSON.stringify({ ...defaultRecipe, background: { kind: 'built-in', id: 'paper' } }),
  width: 10,
  height: 10,
  format: 'jpeg',
  bytes: 1,
  sha256: 'b',
  path: '/results/x.jpg',
  saved_to: null,
  kind,
});

const stateOf = (photoId: string) =>
  library()
    .snapshot()
    .photos.find((photo) => photo.id === photoId);

describe('what a photo is', () => {
  test('follows from what happened to it', () => {
    const [photo = ''] = addPhotos(1);
    expect(stateOf(photo)).toMatchObject({ state: 'original', revision: 1, currentVersionId: null });
    store.markPreviewed(photo);
    expect(stateOf(photo)).toMatchObject({ state: 'previewed' });
    expect(store.addVersion(version(photo, 1))).toBe(true);
    expect(stateOf(photo)).toMatchObject({ state: 'applied', revision: 2 });
    const sent = { state: 'waiting', stage: 'sent', accountId: accountNamed('acc_1') } as const;
    store.insertReport({ id: 'r1', photoId: photo, versionId: 'v', note: 'n', area: null, at: instant(1), ...sent });
    expect(stateOf(photo)).toMatchObject({ state: 'reported', reported: true });
    store.setReportState('r1', 'corrected');
    store.addVersion(version(photo, 2, 'corrected'));
    expect(stateOf(photo)).toMatchObject({ state: 'corrected', reported: false, revision: 3 });
    store.setCondition(photo, 'missing', { code: 'file_missing', message: 'Gone.' });
    expect(stateOf(photo)).toMatchObject({ state: 'missing', problem: { code: 'file_missing' } });
  });

  test('is edited since it was applied when its recipe says something else, whatever the order of its fields', () => {
    const [photo = ''] = addPhotos(1);
    const applied = { ...defaultRecipe, background: { kind: 'built-in' as const, id: 'paper' as const } };
    library().saveRecipe([photo], applied);
    expect(stateOf(photo)).toMatchObject({ editedSince: false });
    store.addVersion(version(photo, 1));
    expect(stateOf(photo)).toMatchObject({ state: 'applied', editedSince: false });
    const { background, ...rest } = applied;
    library().saveRecipe([photo], { background, ...rest });
    expect(stateOf(photo)).toMatchObject({ editedSince: false });
    library().saveRecipe([photo], { ...applied, shadow: { ...applied.shadow, strength: 0.1 } });
    expect(stateOf(photo)).toMatchObject({ state: 'applied', editedSince: true });
    library().revert([photo]);
    expect(stateOf(photo)).toMatchObject({ editedSince: false });
  });

  test('a version is found where the user has it, else in the library, else it is said to be gone', () => {
    const [one = '', other = ''] = addPhotos(2);
    const made = { ...version(one, 1), path: import.meta.filename, saved_to: '/not/there.jpg' };
    store.addVersion(made);
    expect(library().locateVersion(one, made.id)).toEqual({ ok: true, value: import.meta.filename });
    expect(library().locateVersion(other, made.id)).toMatchObject({ ok: false, error: { code: 'version_unknown' } });
    store.setSavedTo(made.id, import.meta.dirname);
    expect(library().locateVersion(one, made.id)).toEqual({ ok: true, value: import.meta.dirname });
    store.addVersion(version(one, 2));
    expect(library().locateVersion(one, version(one, 2).id)).toMatchObject({ ok: false, error: { code: 'file_missing' } });
  });

  test('ST-04: revert shows the original, keeps the versions, and is free to undo', () => {
    const [photo = ''] = addPhotos(1);
    store.addVersion(version(photo, 1));
    expect(library().revert([photo])).toEqual({ reverted: 1 });
    expect(library().revert([photo])).toEqual({ reverted: 0 });
    expect(stateOf(photo)).toMatchObject({ currentVersionId: null });
    const [kept] = library().versions(photo);
    expect(library().showVersion(photo, kept?.id ?? '')).toMatchObject({ ok: true });
    expect(stateOf(photo)).toMatchObject({ state: 'applied', revision: 4 });
  });

  test('a version of another photo is refused', () => {
    const [one = '', other = ''] = addPhotos(2);
    store.addVersion(version(one, 1));
    expect(library().showVersion(other, version(one, 1).id)).toMatchObject({ ok: false, error: { code: 'version_unknown' } });
  });

  test('filing the same version twice changes nothing', () => {
    const [photo = ''] = addPhotos(1);
    store.addVersion(version(photo, 1));
    library().revert([photo]);
    expect(store.addVersion(version(photo, 1))).toBe(false);
    expect(stateOf(photo)).toMatchObject({ currentVersionId: null });
    expect(library().versions(photo)).toHaveLength(1);
  });

  test('a recipe that today’s schema does not know is none, and does not hide the photo', () => {
    const [photo = ''] = addPhotos(1);
    store.addVersion({ ...version(photo, 1), recipe: '{"background":{"kind":"hologram"}}' });
    expect(library().versions(photo)).toEqual([]);
    expect(stateOf(photo)).toMatchObject({ state: 'applied' });
  });

  test('a version from before it was written down is of the present content, when that is older than it', () => {
    store.close();
    const path = join(folder, 'old.db');
    const old = openDatabase({ path, migrations: libraryMigrations.slice(0, 1), durability: 'full' });
    old.exec(`INSERT INTO collection VALUES ('c', 'Shoot', '/shoot', 0)`);
    for (const [name, modified] of Object.entries({ before: 10, after: 30 })) {
      old.exec(`INSERT INTO photo (id, collection_id, path, name, width, height, format, bytes, modified_ms, sha256, imported_at)
        VALUES ('${name}', 'c', '/${name}', '${name}', 1, 1, 'jpeg', 1, ${modified}, 'sha of ${name}', 0);
        INSERT INTO version (id, photo_id, at, recipe, width, height, format, bytes, sha256, path, kind)
        VALUES ('v ${name}', '${name}', 20, '{}', 1, 1, 'jpeg', 1, 'b', '/r', 'applied')`);
    }
    old.close();
    store = new LibraryStore(openDatabase({ path, migrations: libraryMigrations, durability: 'full' }));
    expect(['before', 'after'].map((id) => store.versions(id)[0]?.source_sha256)).toEqual(['sha of before', null]);
  });

  test('a recipe is kept over a restart', () => {
    const ids = addPhotos(2);
    library().saveRecipe(ids, defaultRecipe);
    store.close();
    store = open();
    expect(
      library()
        .snapshot()
        .photos.map(({ recipe }) => recipe),
    ).toEqual([defaultRecipe, defaultRecipe]);
  });
});

describe('the library file', () => {
  test('20,000 photos are there when it is opened again', () => {
    store.close();
    const db = openDatabase({ path: join(folder, 'library.db'), migrations: libraryMigrations, durability: 'full' });
    const filling = new LibraryStore(db);
    const collection_id = filling.collection('/shoot', 'Shoot', id(0), EPOCH);
    db.transaction(() => {
      for (let n = 1; n <= 20_000; n += 1) {
        filling.insertPhoto({
          id: id(n),
          collection_id,
          path: `/${n}`,
          name: `${n}`,
          width: 1,
          height: 1,
          format: 'jpeg',
          bytes: 1,
          modified_ms: 1,
          sha256: 'a',
          imported_at: EPOCH,
        });
      }
    })();
    db.close();
    const { db: again } = openOrSetAside({ path: join(folder, 'library.db'), migrations: libraryMigrations, durability: 'full' }, 'now');
    store = new LibraryStore(again);
    expect(library().snapshot().photos).toHaveLength(20_000);
  });

  test('a damaged one is set aside, never deleted, and a new one is begun', () => {
    store.close();
    for (const end of ['', '-wal', '-shm']) writeFileSync(join(folder, `library.db${end}`), 'no database '.repeat(1000));
    const { db, setAside } = openOrSetAside(
      { path: join(folder, 'library.db'), migrations: libraryMigrations, durability: 'full' },
      '2026-11-23T09:00:00Z',
    );
    store = new LibraryStore(db);
    expect(setAside).toBe(join(folder, 'library.db.damaged-2026-11-23T090000Z'));
    expect(readdirSync(folder)).toContain('library.db.damaged-2026-11-23T090000Z');
    expect(library().snapshot().photos).toEqual([]);
  });

  test('a file from a newer build is left as it is', () => {
    store.close();
    const newer = openDatabase({
      path: join(folder, 'library.db'),
      migrations: [...libraryMigrations, 'CREATE TABLE later (x)'],
      durability: 'full',
    });
    newer.close();
    store = open();
    expect(addPhotos(1)).toHaveLength(1);
    const db = openDatabase({ path: join(folder, 'library.db'), migrations: libraryMigrations, durability: 'full' });
    expect(db.pragma('user_version', { simple: true })).toBe(libraryMigrations.length + 1);
    expect(db.pragma('synchronous', { simple: true })).toBe(2);
    db.close();
  });
});
