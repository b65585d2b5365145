import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Job } from '../../../electron/applying/jobs.ts';
import { applyingMigrations, createApplyingStore } from '../../../electron/applying/store.ts';
import { openDatabase } from '../../../electron/storage/sqlite.ts';
import { defaultRecipe, type Recipe } from '../../../shared/edit/recipe.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'backlot-jobs-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (migrations = applyingMigrations) => openDatabase({ path: join(folder, 'applying.db'), migrations, durability: 'full' });
const paper: Recipe = { ...defaultRecipe, background: { kind: 'built-in', id: 'paper' } };
const concrete: Recipe = { ...defaultRecipe, background: { kind: 'built-in', id: 'concrete' } };
const job = (id: string, position: number, recipe: Recipe): Job => ({
  id,
  batchId: 'b',
  photoId: `photo ${id}`,
  photoName: `${id}.jpg`,
  origin: null,
  position,
  chunk: 0,
  recipe,
  state: 'queued',
  opId: `op ${id}`,
  sent: false,
  lapses: 0,
  rendered: null,
  charged: null,
  problem: null,
});

test('each photo comes back with its own recipe, and equal ones are one object', () => {
  const store = createApplyingStore(open());
  const record = { id: 'b', createdAt: 1, accountId: 'a', mode: 'all or nothing', phase: 'running' } as const;
  store.create(record, [job('1', 0, paper), job('2', 1, concrete), job('3', 2, paper)]);
  const [first] = store.jobs('b');
  if (first === undefined) throw new Error('The jobs are gone.');
  store.advance([{ job: first, event: { kind: 'asked' } }]);
  const jobs = store.jobs('b');
  expect(jobs.map(({ sent, recipe }) => [sent, recipe])).toEqual([
    [true, paper],
    [false, concrete],
    [false, paper],
  ]);
  expect(jobs[0]?.recipe).toBe(jobs[2]?.recipe);
  store.close();
});

test('a batch from before photos had recipes goes on with the recipe it was given', () => {
  const before = open(applyingMigrations.slice(0, 1));
  before
    .prepare("INSERT INTO batch (id, created_at, account_id, mode, recipe, phase) VALUES ('b', 1, 'a', 'all or nothing', ?, 'running')")
    .run(JSON.stringify(concrete));
  before.exec(
    `INSERT INTO job (id, batch_id, photo_id, photo_name, position, chunk, state, op_id, sent, lapses)
     VALUES ('1', 'b', 'p', 'IMG_0042.jpg', 0, 0, 'held', 'op 1', 1, 0)`,
  );
  before.close();
  const store = createApplyingStore(open());
  expect(store.openBatches()).toEqual([{ id: 'b', createdAt: 1, accountId: 'a', mode: 'all or nothing', phase: 'running' }]);
  const [held] = store.jobs('b');
  expect(held).toMatchObject({ state: 'held', opId: 'op 1', recipe: concrete });
  if (held !== undefined) store.advance([{ job: held, event: { kind: 'started' } }]);
  expect(store.jobs('b')).toMatchObject([{ state: 'rendering', recipe: concrete }]);
  store.close();
});

test('what a photo cost is known once it is settled, by the version it made', () => {
  const store = createApplyingStore(open());
  const rendered = { path: '/r/1.jpg', width: 1, height: 1, bytes: 1, sha256: 'ab' };
  const record = { id: 'b', createdAt: 1, accountId: 'a', mode: 'all or nothing', phase: 'running' } as const;
  const made: Job = { ...job('1', 0, paper), state: 'rendered', rendered };
  store.create(record, [made]);
  expect([store.chargeOf('1'), store.chargeOf('elsewhere')]).toEqual([null, null]);
  store.advance([{ job: made, event: { kind: 'settled', charged: '1', problem: null } }]);
  expect(store.chargeOf('1')).toBe('1');
  store.close();
});

test('a batch in flight of the version before origins were kept goes on; a new photo keeps where it came from', () => {
  const before = open(applyingMigrations.slice(0, 2));
  before
    .prepare("INSERT INTO batch (id, created_at, account_id, mode, recipe, phase) VALUES ('b', 1, 'a', 'all or nothing', ?, 'running')")
    .run(JSON.stringify(paper));
  before
    .prepare(
      `INSERT INTO job (id, batch_id, photo_id, photo_name, position, chunk, state, op_id, sent, lapses, rendered, recipe)
       VALUES ('1', 'b', 'p', 'IMG_0042.jpg', 0, 0, 'rendered', 'op 1', 1, 2, ?, ?)`,
    )
    .run(JSON.stringify({ path: '/r/1.jpg', width: 1, height: 1, bytes: 1, sha256: 'ab' }), JSON.stringify(paper));
  before.exec("INSERT INTO operation VALUES ('op 1', '1')");
  before.close();
  const store = createApplyingStore(open());
  const [made] = store.jobs('b');
  expect(made).toMatchObject({ state: 'rendered', opId: 'op 1', lapses: 2, origin: null, recipe: paper });
  expect(store.jobOf('op 1')).toEqual(made);
  if (made !== undefined) store.advance([{ job: made, event: { kind: 'hold lapsed', opId: 'op 2' } }]);
  expect([store.jobOf('op 1'), store.jobOf('op 2')]).toMatchObject([{ opId: 'op 2', state: 'queued' }, { opId: 'op 2' }]);
  const origin = { path: '/p/1.jpg', sha256: 'cd', collection: { source: '/p', name: 'p' } };
  store.create({ id: 'c', createdAt: 2, accountId: 'a', mode: 'all or nothing', phase: 'running' }, [
    { ...job('2', 0, paper), batchId: 'c', origin },
  ]);
  expect(store.jobs('c')).toMatchObject([{ origin }]);
  store.close();
});
