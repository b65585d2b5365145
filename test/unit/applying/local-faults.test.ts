/** A fault of this machine is no fault of the network: it ends visibly, and holds nobody else up. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { oneRecipe } from '../../../shared/ipc/edits.ts';
import { allDone, type Bench, createBench, onPaper, until } from './bench.ts';

let bench: Bench;
beforeEach(() => {
  bench = createBench(10);
});
afterEach(async () => {
  await bench.close();
  bench.remove();
});

async function photos(...names: string[]): Promise<string[]> {
  const paths = names.map((name) => bench.photo(name));
  if (bench.isDead()) await bench.open();
  return [...(await bench.library.importPaths(paths)).imported];
}
/** The states that the page was shown. */
const shown = (): Set<string> => new Set(bench.batchEvents.map(({ state }) => state));

test('a library that does not take a paid picture: it is delivered all the same, said, and not tried without end', async () => {
  const [bad = '', good = ''] = await photos('bad.jpg', 'good.jpg');
  const addVersion = bench.store.addVersion.bind(bench.store);
  let tries = 0;
  Object.assign(bench.store, {
    addVersion: (row: Parameters<typeof addVersion>[0]) => {
      if (row.photo_id !== bad) return addVersion(row);
      tries += 1;
      throw new Error('SqliteError: database disk image is malformed');
    },
  });
  await bench.applying.apply(oneRecipe([bad, good], onPaper), 'all or nothing');
  await until(bench, allDone(bench));
  expect(tries).toBe(3);
  expect(shown()).not.toContain('waiting for network');
  expect([...bench.server.charges().values()]).toEqual([1, 1]);
  expect(bench.applying.batches()[0]).toMatchObject({ applied: 2, charged: '2', problems: [{ code: 'outside_library', file: 'bad.jpg' }] });
  expect(bench.applying.batches()[0]?.summary).toContain('The finished bad.jpg is paid for and lies at');
  const copies = readdirSync(join(bench.folder, 'out'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.jpg'));
  expect(copies.map((name) => name.replace(/^.*[/\\]/, '')).sort()).toEqual(['bad-1.jpg', 'good-1.jpg']);
  expect(bench.library.versions(good)).toHaveLength(1);
});

test('a photo that the library cannot look up: it is given up, not charged, and others go on meanwhile and afterwards', async () => {
  const [bad = '', good = '', later = ''] = await photos('bad.jpg', 'good.jpg', 'later.jpg');
  const original = bench.library.original.bind(bench.library);
  let tries = 0;
  let looked = false;
  bench.library.original = (id) => {
    // The press looks first; then it is rendered.
    if (id !== bad || !looked) {
      looked ||= id === bad;
      return original(id);
    }
    tries += 1;
    return Promise.reject(new Error('SqliteError: disk I/O error'));
  };
  await bench.applying.apply(oneRecipe([bad, good], onPaper), 'all or nothing');
  const second = await bench.applying.apply(oneRecipe([later], onPaper), 'all or nothing');
  expect(second).toMatchObject({ ok: true });
  await until(bench, allDone(bench));
  expect(tries).toBe(3);
  expect(shown()).not.toContain('waiting for network');
  expect(bench.server.count('held')).toBe(0);
  expect(bench.server.available).toBe(8);
  expect(bench.library.versions(good)).toHaveLength(1);
  expect(bench.library.versions(later)).toHaveLength(1);
  expect(bench.library.versions(bad)).toEqual([]);
});
