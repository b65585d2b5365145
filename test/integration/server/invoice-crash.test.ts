/** Invoice numbers when the server is killed while 64 accounts buy: asked again, each has its invoice, and no number is missing or there twice. */
import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Account, type Answer, opId, type RunningServer, startServer, temporaryFolder } from './running-server.ts';

const BUYERS = 64;
/** A sixth of them live nowhere: their purchases are rolled back, number and all. */
const livesNowhere = (i: number): boolean => i % 6 === 5;

const through = (server: RunningServer, account: Account): Account => ({ ...account, ...server.as(account.token) });
const start = (folder: string): Promise<RunningServer> => startServer({ folder, keep: true, embedded: true });

/** All buy at once; the server is killed when so many have heard back. */
async function buyUntilKilled(
  server: RunningServer,
  requests: readonly { account: Account; body: object }[],
  heard: number,
): Promise<void> {
  let left = heard;
  let killed: Promise<void> | undefined;
  await Promise.allSettled(
    requests.map(async ({ account, body }) => {
      await through(server, account).post('/v1/purchases', body);
      left -= 1;
      if (left === 0) killed = server.kill();
    }),
  );
  expect(left).toBeLessThanOrEqual(0);
  await killed;
}

test('64 buy at once and the server is killed twice', { timeout: 120_000 }, async () => {
  const folder = temporaryFolder();
  let server = await start(folder);
  try {
    const accounts = await Promise.all(
      Array.from({ length: BUYERS }, (_, i) =>
        server.account({ plan: 'professional-plus', slots: 50, country: livesNowhere(i) ? 'XX' : 'DE' }),
      ),
    );
    const requests = accounts.map((account) => ({ account, body: { opId: opId(), packId: 'pack-50' } }));
    for (const heard of [7, 33]) {
      await buyUntilKilled(server, requests, heard);
      server = await start(folder);
    }
    const answers: Answer[] = await Promise.all(requests.map(({ account, body }) => through(server, account).post('/v1/purchases', body)));
    expect(answers.map(({ status }) => status)).toEqual(accounts.map((_, i) => (livesNowhere(i) ? 422 : 200)));
    const listed = await Promise.all(
      accounts.map(async (account) =>
        (await through(server, account).get('/v1/invoices')).body.map((invoice: { number: string }) => invoice.number),
      ),
    );
    // Each has exactly the invoice that the answer names.
    expect(listed).toEqual(answers.map(({ body }, i) => (livesNowhere(i) ? [] : [body.invoice.number])));
    const numbers = listed.flat().map((number) => Number(number.slice(-6)));
    expect(numbers.toSorted((a, b) => a - b)).toEqual(numbers.map((_, i) => i + 1));
    expect(answers.filter(({ body }) => body.code === 'unknown_tax_country')).toHaveLength(
      accounts.filter((_, i) => livesNowhere(i)).length,
    );
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
