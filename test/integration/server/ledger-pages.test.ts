/** A page of the ledger costs what it shows, and every way to cut the ledger into pages shows the same. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadChunksUntil } from '../../../server/ledger/store.ts';
import { accountNamed, placed } from '../../quantities.ts';
import { connectTo } from './its-postgres.ts';
import { type Account, type Json, opId, type RunningServer, startServer } from './running-server.ts';

let server: RunningServer;
let account: Account;

beforeAll(async () => {
  server = await startServer();
  account = await server.account();
  await server.grant(account.accountId, 'purchased', '1000');
  // Chunks of many sizes: one entry, a few, hundreds.
  for (const size of [1, 3, 200, 1, 40, 300, 1, 1]) {
    const operations = Array.from({ length: size }, () => ({
      opId: opId(),
      kind: 'apply',
      photo: opId(),
      recipe: { background: 'paper' },
    }));
    expect((await account.post('/v1/operations', { operations })).status).toBe(200);
  }
});
afterAll(() => server.stop());

const page = async (after: number, limit: number): Promise<Json> => (await account.get(`/v1/ledger?after=${after}&limit=${limit}`)).body;

test('pages of every size tell one and the same ledger', async () => {
  const { entries, head } = await page(0, 1000);
  expect(entries.map((e: Json) => e.seq)).toEqual(Array.from({ length: head.seq }, (_, i) => i + 1));
  expect(entries.at(-1).hash).toBe(head.hash);
  for (const limit of [1, 7, 199, 250]) {
    const told: Json[] = [];
    while (told.length < head.seq) {
      const { entries: some } = await page(told.length, limit);
      expect(some.length).toBe(Math.min(limit, head.seq - told.length));
      told.push(...some);
    }
    expect(told).toEqual(entries);
  }
  expect((await page(head.seq, 10)).entries).toEqual([]);
  expect((await page(head.seq + 5, 10)).entries).toEqual([]);
});

test('what is read for a page is what the page shows, wherever it lies', async () => {
  const client = await connectTo(server.folder);
  const { head } = await page(0, 1);
  try {
    for (let after = 0; after < head.seq; after += 1)
      for (const limit of [1, 5, 1000]) {
        const until = Math.min(head.seq, after + limit);
        const chunks = await loadChunksUntil(client, accountNamed(account.accountId), placed(after), placed(until), 100);
        // On a connection that is not the server's, a bigint arrives as text.
        expect(Number(chunks[0]?.firstSeq), `after ${after}`).toBeLessThanOrEqual(after + 1);
        expect(Number(chunks.at(-1)?.firstSeq)).toBeLessThanOrEqual(until);
        expect(Number(chunks.at(-1)?.lastSeq)).toBeGreaterThanOrEqual(until);
      }
  } finally {
    await client.end();
  }
});
