/** `npm run bench -- engine`: what every click waits for: a decision of the credit engine, and a large library that is opened. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { libraryMigrations } from '../../electron/library/schema.ts';
import { LibraryStore } from '../../electron/library/store.ts';
import { openDatabase } from '../../electron/storage/sqlite.ts';
import { accountId } from '../../shared/credits/codec/quantities.ts';
import { decide, emptyAccount, evolveAll, open } from '../../shared/credits/index.ts';
import { EPOCH, parseInstant } from '../../shared/credits/model/instants.ts';
import { backgroundStudio } from '../../shared/policies/index.ts';
import { opNamed } from '../quantities.ts';
import { measured, type Row, report } from './report.ts';

const ROUNDS = 9;
const BATCH = 500;
const PHOTOS = 20_000;

const timed = (work: () => unknown): number => {
  const begun = performance.now();
  work();
  return performance.now() - begun;
};
const rounds = (work: () => unknown): number[] => Array.from({ length: ROUNDS }, () => timed(work));

function decisions(): Row[] {
  const now = parseInstant('2026-11-05T00:00:00Z');
  const policy = backgroundStudio({ launchAt: parseInstant('2030-01-01T00:00:00Z') });
  const state = evolveAll(emptyAccount, open(policy, { accountId: accountId.parse('acc_bench'), timeZone: 'UTC', plan: 'premium' }, now));
  const operations = Array.from({ length: BATCH }, (_, n) => ({
    kind: 'apply',
    opId: opNamed(`op-${n}`),
    photo: 'p',
    recipe: { background: 'paper' },
  }));
  const hold = (some: typeof operations) => {
    const decision = decide(policy, state, { kind: 'hold', atomic: true, operations: some }, now);
    if (!decision.ok) throw new Error(decision.refusal.code);
  };
  const apart = rounds(() => {
    for (const operation of operations) hold([operation]);
  });
  return [
    measured(
      `deciding on a batch of ${BATCH}`,
      rounds(() => hold(operations)),
      'ms',
      50,
    ),
    measured(
      'deciding on one',
      apart.map((ms) => ms / BATCH),
      'ms',
      0.5,
    ),
  ];
}

function opening(): Row {
  const folder = mkdtempSync(join(tmpdir(), 'backlot-engine-'));
  const options = { path: join(folder, 'library.db'), migrations: libraryMigrations, durability: 'full' } as const;
  const db = openDatabase(options);
  const filling = new LibraryStore(db);
  const collection_id = filling.collection('/shoot', 'Shoot', 'C', EPOCH);
  const photo = { collection_id, width: 6000, height: 4000, format: 'jpeg', bytes: 1, modified_ms: 1, sha256: 'a', imported_at: EPOCH };
  db.transaction(() => {
    for (let n = 0; n < PHOTOS; n += 1)
      filling.insertPhoto({ ...photo, id: String(n).padStart(26, '0'), path: `/shoot/${n}.jpg`, name: `${n}.jpg` });
  })();
  filling.close();
  const samples = rounds(() => {
    const store = new LibraryStore(openDatabase(options));
    if (store.photos().length !== PHOTOS) throw new Error('Not all photos are there.');
    store.close();
  });
  rmSync(folder, { recursive: true, force: true });
  return measured(`opening a library of ${PHOTOS} photos`, samples, 'ms', 2_000);
}

report('engine', [...decisions(), opening()]);
