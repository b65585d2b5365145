import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { applyTask } from '../../../electron/applying/task.ts';
import type { BatchRecord } from '../../../electron/paid-work/batch.ts';
import { type Job, newJob } from '../../../electron/paid-work/job.ts';
import { PaidWorkStore, paidWorkMigrations } from '../../../electron/paid-work/store.ts';
import { type Db, openDatabase } from '../../../electron/storage/sqlite.ts';
import { defaultRecipe, type Recipe } from '../../../shared/edit/recipe.ts';
import { accountNamed, instant, opNamed } from '../../quantities.ts';

let folder: string;
let db: Db;
let store: PaidWorkStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'backlot-jobs-'));
  db = openDatabase({ path: join(folder, 'paid-work.db'), migrations: paidWorkMigrations, durability: 'full' });
  store = new PaidWorkStore(db, [{ kind: 'apply', task: applyTask }]);
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const paper = { recipe: { ...defaultRecipe, background: { kind: 'built-in', id: 'paper' } } satisfies Recipe };
const concrete = { recipe: { ...defaultRecipe, background: { kind: 'built-in', id: 'concrete' } } satisfies Recipe };
const record: BatchRecord = {
  id: 'b',
  craft: 'apply',
  createdAt: instant(1),
  accountId: accountNamed('a'),
  mode: 'all or nothing',
  isFree: false,
  phase: 'running',
};
const job = (id: string, position: number, task: unknown = paper): Job =>
  newJob({
    ...{ id, batchId: 'b', position, chunk: 0, task, key: null, opId: opNamed(`op ${id}`) },
    photo: { id: `photo ${id}`, name: `${id}.jpg`, origin: null },
  });
const made = { path: '/r/1.jpg', picture: { width: 1, height: 1, bytes: 1, sha256: 'ab' } };

test('each photo comes back with its own recipe, and equal ones are one object', () => {
  store.create(record, [job('1', 0), job('2', 1, concrete), job('3', 2)]);
  const [first] = store.jobs('b');
  if (first === undefined) throw new Error('The jobs are gone.');
  store.advance([{ job: first, event: { kind: 'asked' } }]);
  const jobs = store.jobs('b');
  expect(jobs.map(({ sent, task }) => [sent, task])).toEqual([
    [true, paper],
    [false, concrete],
    [false, paper],
  ]);
  expect(jobs[0]?.task).toBe(jobs[2]?.task);
  expect(store.openBatches()).toEqual([record]);
});

test('what a photo cost is known once it is settled, by the version it made', () => {
  const finished: Job = { ...job('1', 0), state: 'made', made };
  store.create(record, [finished]);
  expect([store.chargeOf('1'), store.chargeOf('elsewhere')]).toEqual([null, null]);
  store.advance([{ job: finished, event: { kind: 'settled', charged: '1', problem: null } }]);
  expect(store.chargeOf('1')).toBe('1');
});

test('every operation that was ever used for a job leads to it, also one that lapsed', () => {
  store.create(record, [{ ...job('1', 0), state: 'made', made }]);
  const [finished] = store.jobs('b');
  if (finished === undefined) throw new Error('The job is gone.');
  store.advance([{ job: finished, event: { kind: 'hold lapsed', opId: opNamed('op 2') } }]);
  expect([store.jobOf(opNamed('op 1')), store.jobOf(opNamed('op 2'))]).toMatchObject([
    { opId: opNamed('op 2'), state: 'queued', lapses: 1 },
    { opId: opNamed('op 2') },
  ]);
  expect(store.photoOf(opNamed('op 1'))).toEqual({ id: 'photo 1', name: '1.jpg' });
  expect(store.photoOf(opNamed('op 3'))).toBeNull();
});

test('steps are taken all or none: one that must not happen keeps the others from being written', () => {
  const [first, second] = [job('1', 0), job('2', 1)];
  store.create(record, [first, second]);
  const asked = { kind: 'asked' } as const;
  expect(() =>
    store.advance([
      { job: first, event: asked },
      { job: second, event: { kind: 'settled', charged: '1', problem: null } },
    ]),
  ).toThrow('cannot take the step');
  expect(store.jobs('b').map(({ sent, state }) => [sent, state])).toEqual([
    [false, 'queued'],
    [false, 'queued'],
  ]);
});

test('a row that breaks what must be true of it is not read, and none like it is written', () => {
  expect(() => store.create(record, [{ ...job('1', 0), state: 'settled' }])).toThrow('must not be kept');
  expect(store.openBatches()).toEqual([]);
  store.create(record, [job('1', 0)]);
  db.exec("UPDATE job SET state = 'released', charged = '1'");
  expect(() => store.jobs('b')).toThrow('must not be kept');
});
