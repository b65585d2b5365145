/** Databases of versions before paid-work.db: their batches go on where they stood, under their ids, and are taken over once. */
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { applyTask } from '../../../electron/applying/task.ts';
import { applyingMigrations, batchesOfApplying } from '../../../electron/paid-work/earlier/applying-database.ts';
import { batchesOfProcessing, processingMigrations } from '../../../electron/paid-work/earlier/processing-database.ts';
import { takeOver } from '../../../electron/paid-work/earlier/take-over.ts';
import { PaidWorkStore, paidWorkMigrations } from '../../../electron/paid-work/store.ts';
import { processTask } from '../../../electron/processing/task.ts';
import { type Db, type Migrations, openDatabase } from '../../../electron/storage/sqlite.ts';
import { defaultRecipe, type Recipe } from '../../../shared/edit/recipe.ts';
import { opNamed } from '../../quantities.ts';
import { fakeWorld } from '../wallet/fake-world.ts';

let folder: string;
let store: PaidWorkStore;
let world: ReturnType<typeof fakeWorld>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'backlot-take-over-'));
  world = fakeWorld();
  const db = openDatabase({ path: join(folder, 'paid-work.db'), migrations: paidWorkMigrations, durability: 'full' });
  store = new PaidWorkStore(db, [
    { kind: 'apply', task: applyTask },
    { kind: 'process', task: processTask },
  ]);
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const paper: Recipe = { ...defaultRecipe, background: { kind: 'built-in', id: 'paper' } };
const concrete: Recipe = { ...defaultRecipe, background: { kind: 'built-in', id: 'concrete' } };

describe('applying.db', () => {
  const path = (): string => join(folder, 'applying.db');
  function earlier(migrations: Migrations, fill: (db: Db) => void): void {
    const db = openDatabase({ path: path(), migrations, durability: 'full' });
    fill(db);
    db.close();
  }
  const taken = (): void => takeOver(store, { path: path(), migrations: applyingMigrations, batches: batchesOfApplying }, world);
  const batch = (db: Db, recipe: Recipe, phase = 'running'): void =>
    void db
      .prepare("INSERT INTO batch (id, created_at, account_id, mode, recipe, phase) VALUES ('b', 1, 'a', 'all or nothing', ?, ?)")
      .run(JSON.stringify(recipe), phase);

  test('a batch in flight goes on in every state, with its ids, files and charges', () => {
    const file = JSON.stringify({ path: '/r/1.jpg', width: 1, height: 2, bytes: 3, sha256: 'ab', source: 'cd' });
    const problem = JSON.stringify({ code: 'made_not_paid', message: 'Not paid.' });
    earlier(applyingMigrations, (db) => {
      batch(db, paper);
      const insert = db.prepare(
        `INSERT INTO job (id, batch_id, photo_id, photo_name, position, chunk, state, op_id, sent, lapses, rendered, charged, problem, recipe)
         VALUES (?, 'b', 'p' || ?, 'IMG.jpg', ?, 0, ?, 'op ' || ?, ?, ?, ?, ?, ?, ?)`,
      );
      const rows = [
        ['queued', 0, 0, null, null, null],
        ['queued', 1, 1, file, null, null],
        ['held', 1, 0, null, null, null],
        ['held', 1, 0, null, '1', null],
        ['rendering', 1, 0, null, null, null],
        ['rendered', 1, 2, file, null, null],
        ['unpaid', 1, 1, file, null, problem],
        ['settled', 1, 0, file, '1', null],
        ['undelivered', 1, 0, null, '1', problem],
        ['refused', 1, 0, null, null, problem],
        ['failed', 1, 0, null, null, problem],
        ['released', 1, 0, null, null, problem],
      ];
      rows.forEach(([state, sent, lapses, ...rest], at) => {
        insert.run(`${at}`, `${at}`, at, state, `${at}`, sent, lapses, ...rest, JSON.stringify(concrete));
        db.prepare('INSERT INTO operation VALUES (?, ?)').run(`op ${at}`, `${at}`);
      });
      db.exec("INSERT INTO operation VALUES ('before', '5')");
    });
    taken();
    expect(store.openBatches()).toEqual([
      { id: 'b', craft: 'apply', createdAt: 1, accountId: 'a', mode: 'all or nothing', isFree: false, phase: 'running' },
    ]);
    const jobs = store.jobs('b');
    expect(jobs.map(({ state }) => state)).toEqual(
      'queued queued held held making made unpaid settled undelivered refused failed released'.split(' '),
    );
    const picture = { width: 1, height: 2, bytes: 3, sha256: 'ab', source: 'cd' };
    expect(jobs[5]).toMatchObject({ id: '5', opId: 'op 5', sent: true, lapses: 2, made: { path: '/r/1.jpg', picture }, charged: null });
    expect(jobs[3]).toMatchObject({ charged: '1', made: null });
    expect(jobs.every(({ task }) => JSON.stringify(task) === JSON.stringify({ recipe: concrete }))).toBe(true);
    expect([store.jobOf(opNamed('before'))?.id, store.jobOf(opNamed('op 5'))?.id, store.chargeOf('7')]).toEqual(['5', '5', '1']);
  });

  test('is taken over once, also when it was interrupted before the file had its other name', () => {
    earlier(applyingMigrations, (db) => {
      batch(db, paper);
      db.exec(`INSERT INTO job (id, batch_id, photo_id, photo_name, position, chunk, state, op_id, sent, lapses)
        VALUES ('1', 'b', 'p', 'IMG_0042.jpg', 0, 0, 'queued', 'op 1', 0, 0)`);
    });
    taken();
    expect(existsSync(path())).toBe(false);
    expect(readdirSync(folder)).toContain('applying.db.taken-over');
    const [job] = store.jobs('b');
    if (job === undefined) throw new Error('The job is gone.');
    store.advance([{ job, event: { kind: 'asked' } }]);
    // As if the earlier file were there still: what went on meanwhile is not undone.
    earlier(applyingMigrations, (db) => batch(db, paper));
    taken();
    expect(store.jobs('b')).toMatchObject([{ id: '1', sent: true }]);
  });

  test('of the version before photos had recipes: it goes on with the one it was given', () => {
    earlier(applyingMigrations.slice(0, 1), (db) => {
      batch(db, concrete);
      db.exec(`INSERT INTO job (id, batch_id, photo_id, photo_name, position, chunk, state, op_id, sent, lapses)
        VALUES ('1', 'b', 'p', 'IMG_0042.jpg', 0, 0, 'held', 'op 1', 1, 0)`);
    });
    taken();
    expect(store.jobs('b')).toMatchObject([{ state: 'held', opId: 'op 1', task: { recipe: concrete }, photo: { origin: null } }]);
  });

  test('a row that cannot be read is left out and told; the others go on', () => {
    earlier(applyingMigrations, (db) => {
      batch(db, paper);
      for (const [id, recipe] of [
        ['1', '{"no":"recipe"}'],
        ['2', JSON.stringify(paper)],
      ])
        db.prepare(
          `INSERT INTO job (id, batch_id, photo_id, photo_name, position, chunk, state, op_id, sent, lapses, recipe)
           VALUES (?, 'b', 'p', 'IMG_0042.jpg', 0, 0, 'held', 'op ' || ?, 1, 0, ?)`,
        ).run(id, id, recipe);
    });
    taken();
    expect(store.jobs('b').map(({ id }) => id)).toEqual(['2']);
    expect(world.lines.join('\n')).toContain('could not be read');
  });

  test('one that is damaged is set aside as before, and nothing is taken from it', () => {
    writeFileSync(path(), 'no database at all, but long enough to be taken for one'.repeat(20));
    taken();
    expect(readdirSync(folder).some((name) => name.startsWith('applying.db.damaged-'))).toBe(true);
    expect(existsSync(path())).toBe(false);
    expect(store.openBatches()).toEqual([]);
  });
});

describe('processing.db', () => {
  const chain = JSON.stringify([{ kind: 'grayscale' }]);
  const path = (): string => join(folder, 'processing.db');
  function earlier(rows: readonly (readonly (string | null)[])[], free = 0, steps = chain): void {
    const db = openDatabase({ path: path(), migrations: processingMigrations, durability: 'full' });
    db.prepare("INSERT INTO run VALUES ('r', 'a', ?, '/out', ?, 'running')").run(steps, free);
    rows.forEach(([state = '', opId = null, made = null, charged = null], at) => {
      db.prepare("INSERT INTO item VALUES (?, 'r', ?, 'p', 'a.jpg', ?, ?, ?, ?, NULL)").run(`${at}`, at, state, opId, made, charged);
      if (opId !== null) db.prepare('INSERT INTO operation VALUES (?, ?)').run(opId, `${at}`);
    });
    if (rows.length > 2) db.exec("INSERT INTO operation VALUES ('before', '2')");
    db.close();
  }
  const taken = (): void =>
    takeOver(store, { path: path(), migrations: processingMigrations, batches: batchesOfProcessing(world.ids) }, world);

  test('a run in flight goes on in every state, with its ids, files and charges', () => {
    earlier([
      ['waiting', null],
      ['asked', 'op 1'],
      ['asked', 'op 2', '/w/2.jpg'],
      ['held', 'op 3'],
      ['made', 'op 4', '/w/4.jpg'],
      ['unpaid', 'op 5', '/w/5.jpg'],
      ['paid', 'op 6', '/w/6.jpg', '0.0010'],
      ['placed', 'op 7'],
      ['done', 'op 8', null, '0.0010'],
      ['failed', 'op 9'],
      ['undelivered', 'op 10', null, '0.0010'],
    ]);
    taken();
    expect(existsSync(path())).toBe(false);
    expect(store.openBatches()).toEqual([
      { id: 'r', craft: 'process', createdAt: 0, accountId: 'a', mode: 'as many as possible', isFree: false, phase: 'running' },
    ]);
    const jobs = store.jobs('r');
    expect(jobs.map(({ state, sent, made, charged }) => [state, sent, made?.path ?? null, charged])).toEqual([
      ['queued', false, null, null],
      ['queued', true, null, null],
      ['queued', true, '/w/2.jpg', null],
      ['held', true, null, null],
      ['made', true, '/w/4.jpg', null],
      ['unpaid', true, '/w/5.jpg', null],
      ['made', true, '/w/6.jpg', '0.0010'],
      ['made', true, '/out', null],
      ['settled', true, null, '0.0010'],
      ['released', true, null, null],
      ['undelivered', true, null, '0.0010'],
    ]);
    expect(jobs.slice(1).map(({ opId }) => opId)).toEqual(Array.from({ length: 10 }, (_, at) => `op ${at + 1}`));
    expect(jobs.map(({ task }) => task)).toEqual(
      jobs.map((_, at) => ({ chain: [{ kind: 'grayscale' }], folder: '/out', ...(at === 7 ? { isPlaced: true } : {}) })),
    );
    expect(store.jobOf(opNamed('before'))?.id).toBe('2');
  });

  test('a free run stays free', () => {
    earlier([['paid', null, '/w/0.jpg', '0']], 1);
    taken();
    expect(store.openBatches()).toMatchObject([{ isFree: true }]);
    expect(store.jobs('r')).toMatchObject([{ state: 'made', charged: '0' }]);
  });

  test('one whose steps this version does not know is left out and told', () => {
    earlier([['waiting', null]], 0, '[{"kind":"polish"}]');
    taken();
    expect(store.openBatches()).toEqual([]);
    expect(world.lines.join('\n')).toContain('could not be read');
    expect(readdirSync(folder)).toContain('processing.db.taken-over');
  });
});
