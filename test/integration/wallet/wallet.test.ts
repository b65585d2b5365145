import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Seq } from '../../../shared/credits/model/quantities.ts';
import { type Account, applied, type RunningServer, startServer } from '../server/running-server.ts';
import { closeDarkroom, type OpenedStudio, openOn, removeFolder, studioFolder, type Trouble } from './studio-on-server.ts';

let server: RunningServer;
let account: Account;
let folder: string;
let opened: OpenedStudio;
beforeAll(async () => {
  server = await startServer({ args: [] });
});
afterAll(async () => {
  await closeDarkroom();
  await server.stop();
});
beforeEach(async () => {
  account = await server.account({ plan: 'professional-plus', slots: 1, country: 'DE' });
  folder = studioFolder();
  opened = await openOn(server, account, folder);
});
afterEach(async () => {
  await opened.close();
  removeFolder(folder);
});

const wallet = () => opened.studio.wallet;
const view = () => wallet().get().wallet;
const history = () => wallet().history(null, 500, null).lines;
const reopen = async (): Promise<void> => {
  await opened.close();
  opened = await openOn(server, account, folder);
};
const onServer = async (): Promise<string> => (await account.get('/v1/wallet')).body.available;
/** What a stop in between leaves behind, or what somebody does to the file. */
const inCache = (sql: string): void => {
  const db = new Database(join(folder, 'cache.db'));
  db.exec(sql);
  db.close();
};

describe('the wallet', () => {
  test('ST-17: the balance by bucket, from the copy on this machine', async () => {
    await opened.online();
    expect(view()).toMatchObject({ available: '20', held: '0', pending: { operations: 0, amount: '0' } });
    expect(view()?.buckets.map(({ label, available }) => [label, available])).toEqual([
      ['Launch promotion', '10'],
      ['Monthly', '10'],
      ['Purchased', '0'],
    ]);
    expect(view()?.plan).toMatchObject({ label: 'Professional Plus', allowance: '10 credits each month (1 slots)' });
  });

  test('before the first sync there is no wallet, and Apply and Buy say why they wait', async () => {
    expect(wallet().get()).toMatchObject({ wallet: null, connection: { state: 'starting' } });
    expect(await wallet().orders.buy('pack-50')).toMatchObject({
      ok: false,
      error: { code: 'offline', message: expect.stringContaining('has not answered yet') },
    });
  });

  test('on the next start the wallet is there at once, with its age, and everything is browsable offline', async () => {
    await opened.online();
    await wallet().orders.buy('pack-50');
    const before = { ...view() };
    await reopen();
    expect(view()).toMatchObject({ available: before.available, asOf: before.asOf, seq: before.seq });
    expect(wallet().get().connection.state).toBe('starting');
    opened.studio.disconnect('The credit server stopped.', true);
    expect(wallet().get().connection).toMatchObject({ state: 'offline', reason: 'The credit server stopped.' });
    expect(history().map(({ title }) => title)).toContain('Bought 50 credits');
    const [invoice] = wallet().invoices();
    expect(invoice).toMatchObject({ stored: true });
    expect(await wallet().invoicePdf(invoice?.number ?? '')).toMatchObject({ ok: true });
    expect(await wallet().orders.buy('pack-50')).toMatchObject({ ok: false, error: { code: 'offline' } });
  });

  test('the history explains every slice, pages by key, and counts the balance along', async () => {
    await opened.online();
    await wallet().orders.buy('pack-100');
    const all = history();
    expect(all.map(({ seq }) => seq)).toEqual(all.map(({ seq }) => seq).toSorted((a, b) => b - a));
    expect(all[0]).toMatchObject({
      title: 'Bought 100 credits',
      amount: '100',
      balanceAfter: '120',
      invoice: wallet().invoices()[0]?.number,
    });
    for (const line of all) for (const slice of line.slices) expect(slice.why).toMatch(/\.$/);
    const paged: number[] = [];
    for (let before: Seq | null = null; ; ) {
      const page = wallet().history(before, 2, null);
      paged.push(...page.lines.map(({ seq }) => seq));
      before = page.nextBeforeSeq;
      if (before === null) break;
    }
    expect(paged).toEqual(all.map(({ seq }) => seq));
    expect(
      wallet()
        .history(null, 10, ['granted'])
        .lines.every(({ kind }) => kind === 'granted'),
    ).toBe(true);
  });

  test('an operation is one line of the history, whoever did it, and two rows of the CSV', async () => {
    await opened.online();
    const [charged, returned] = [crypto.randomUUID(), crypto.randomUUID()];
    const operations = [charged, returned].map((opId) => ({ opId, kind: 'apply', photo: opId, recipe: { background: 'built-in:paper' } }));
    await account.post('/v1/operations', { atomic: true, operations });
    await wallet().sync();
    expect(history().slice(0, 2)).toMatchObject([
      { opId: returned, state: 'held', amount: '-1', balanceAfter: null },
      { opId: charged, state: 'held', amount: '-1', balanceAfter: null },
    ]);
    await account.post(`/v1/operations/${charged}/settle`, {});
    await account.post(`/v1/operations/${returned}/release`, { reason: 'the file is gone' });
    await wallet().sync();
    expect(history().slice(0, 2)).toMatchObject([
      { opId: returned, state: 'returned', amount: '0', balanceAfter: '19', entries: [{ kind: 'held' }, { kind: 'released' }] },
      { opId: charged, state: 'charged', amount: '-1', balanceAfter: '19', entries: [{ kind: 'held' }, { kind: 'settled' }] },
    ]);
    expect(history().filter(({ opId }) => opId === charged || opId === returned)).toHaveLength(2);
    expect([...wallet().exportHistory()].filter((row) => row.includes(charged))).toHaveLength(2);
  });

  test('the history as CSV holds every line, oldest first', async () => {
    await opened.online();
    const csv = [...wallet().exportHistory()].join('').trimEnd().split('\r\n');
    expect(csv[0]).toBe('seq,at,kind,title,amount,available after,buckets,operation,invoice');
    expect(csv).toHaveLength(history().length + 1);
    expect(csv[1]).toMatch(/^1,.*,opened,Wallet opened,0,0,/);
  });

  test('ST-12, ST-15: buying a pack brings the credit and an invoice whose PDF lies on this machine', async () => {
    await opened.online();
    const packs = wallet().packs();
    expect(packs).toHaveLength(3);
    expect(packs[0]).toMatchObject({ id: 'pack-50', credits: '50', availableAfter: '70' });
    const bought = await wallet().orders.buy('pack-50');
    expect(bought).toMatchObject({ ok: true, value: { credits: '50', wallet: { available: '70' } } });
    const number = bought.ok ? bought.value.invoice : null;
    const pdf = await wallet().invoicePdf(number ?? '');
    expect(pdf.ok && readFileSync(pdf.value).subarray(0, 5).toString()).toBe('%PDF-');
  });

  test('a refund brings a credit note beside its invoice, and both can be read offline', async () => {
    await opened.online();
    await wallet().orders.buy('pack-50');
    const [bought] = (await account.get('/v1/invoices')).body;
    const refund = { opId: crypto.randomUUID(), purchaseId: bought.opId, basis: 'goodwill', reason: 'A favour' };
    expect((await server.admin.post(`/v1/admin/accounts/${account.accountId}/refunds`, refund)).status).toBe(200);
    await opened.until(
      () =>
        wallet().invoices().length === 2 &&
        wallet()
          .invoices()
          .every(({ stored }) => stored),
    );
    await reopen();
    opened.studio.disconnect('The credit server stopped.', true);
    const listed = wallet().invoices();
    expect(listed).toHaveLength(2);
    expect(listed.find(({ kind }) => kind === 'credit-note')).toMatchObject({ credits: bought.number, state: 'paid', stored: true });
    expect(listed.find(({ kind }) => kind === 'invoice')).toMatchObject({
      number: bought.number,
      credits: null,
      state: 'credited',
      stored: true,
    });
    for (const { number } of listed) {
      const pdf = await wallet().invoicePdf(number);
      expect(pdf.ok && readFileSync(pdf.value).subarray(0, 5).toString()).toBe('%PDF-');
    }
  });

  test.each<Trouble>(['drop request', 'drop response', 'fault 500', 'busy 503'])(
    '%s while buying: billed once, whatever happened',
    async (trouble) => {
      await opened.online();
      opened.line.troubles.push(trouble);
      expect(await wallet().orders.buy('pack-50')).toMatchObject({ ok: false, error: { code: 'waiting_for_answer' } });
      await opened.until(() => view()?.available === '70' && view()?.pending.operations === 0);
      expect(wallet().invoices()).toHaveLength(1);
      expect(await onServer()).toBe('70');
    },
  );

  test('an order whose answer got lost is asked for again by the next process, under the same number', async () => {
    await opened.online();
    opened.line.troubles.push('drop response', 'drop request', 'drop request', 'drop request', 'drop request', 'drop request');
    await wallet().orders.buy('pack-50');
    expect(view()?.pending.operations).toBe(1);
    await reopen();
    expect(view()?.pending.operations).toBe(1);
    await opened.online();
    await opened.until(() => view()?.pending.operations === 0 && view()?.available === '70');
    expect(await onServer()).toBe('70');
  });

  test('an order of one account is never sent on behalf of another', async () => {
    await opened.online();
    opened.line.troubles.push(...Array.from({ length: 50 }, (): Trouble => 'drop request'));
    await wallet().orders.buy('pack-50');
    await opened.close();
    const other = await server.account({ plan: 'professional-plus', slots: 1 });
    opened = await openOn(server, other, folder);
    await opened.online();
    await wallet().sync();
    expect(view()).toMatchObject({ available: '20', pending: { operations: 0 } });
    expect(opened.line.sent.filter((request) => request.startsWith('POST'))).toEqual([]);
    await reopen();
    await opened.online();
    await opened.until(() => view()?.available === '70');
  });

  test('a refused order is final and says why', async () => {
    await opened.online();
    inCache(`UPDATE fact SET value = replace(value, 'pack-50', 'pack-7') WHERE name = 'packs'`);
    expect(await wallet().orders.buy('pack-7')).toMatchObject({ ok: false, error: { code: 'unknown_pack' } });
    expect(view()?.pending.operations).toBe(0);
  });
});

describe('the copy of the ledger', () => {
  test('follows what happens elsewhere', async () => {
    await opened.online();
    await opened.line.listening;
    const asked = opened.line.sent.length;
    await server.grant(account.accountId, 'purchased', '7');
    await opened.until(() => view()?.available === '27');
    // Woken, not asked for again and again.
    expect(opened.line.sent.slice(asked).filter((request) => request.startsWith('GET /v1/ledger')).length).toBeLessThanOrEqual(2);
  });

  const doubts: readonly (readonly [string, () => void])[] = [
    ['an entry was changed', () => inCache(`UPDATE entry SET hash = replace(hash, 'a', 'b') WHERE seq = (SELECT max(seq) FROM entry)`)],
    ['entries are missing at the end of another history', () => inCache(`UPDATE entry SET seq = seq + 1000`)],
    ['the server’s history was replaced', () => inCache(`UPDATE fact SET value = '"another epoch"' WHERE name = 'epoch'`)],
    [
      'the file is no database any more',
      () => {
        for (const end of ['', '-wal', '-shm']) writeFileSync(join(folder, `cache.db${end}`), 'garbage '.repeat(2000));
      },
    ],
    ['a body cannot be read', () => inCache(`DELETE FROM replayed; UPDATE entry SET body = '{}' WHERE seq = 1`)],
  ];
  test.each(doubts)('%s: rebuilt from the server', async (_what, damage) => {
    await opened.online();
    await opened.close();
    damage();
    opened = await openOn(server, account, folder);
    await opened.online();
    expect(view()?.available).toBe('20');
    expect(history().at(-1)).toMatchObject({ seq: 1, title: 'Wallet opened' });
  });

  test('belongs to one account: another one’s token starts a new copy', async () => {
    await opened.online();
    await wallet().orders.buy('pack-50');
    await opened.close();
    account = await server.account({ plan: 'basic' });
    opened = await openOn(server, account, folder);
    await opened.online();
    expect(view()).toMatchObject({ accountId: account.accountId, available: '0' });
    expect(wallet().invoices()).toEqual([]);
  });

  test('a head that is signed with another key is not believed', async () => {
    await opened.online();
    inCache(`UPDATE fact SET value = replace(value, '"publicKey":"', '"publicKey":"AAAA') WHERE name = 'keys'`);
    await server.grant(account.accountId, 'purchased', '7');
    // The pinned key goes with the copy, so the rebuilt one is proven from the beginning with the server's own.
    await opened.until(() => view()?.available === '27');
    expect(history().at(-1)).toMatchObject({ seq: 1 });
  });
});

describe('reports', () => {
  test('ST-05: free, kept at once, sent when there is a network, and their state comes back', async () => {
    await opened.online();
    const [photoId = ''] = await opened.import('IMG_1.jpg');
    const version = { id: `${photoId.slice(0, 25)}Z`, photoId, opId: await applied(account, photoId) };
    inLibrary(version);
    opened.line.cut = true;
    const report = opened.studio.reports.create({
      photoId,
      versionId: version.id,
      note: 'The wheel is cut off.',
      area: { x: 0.1, y: 0.2, width: 0.3, height: 0.3 },
    });
    expect(report).toMatchObject({ ok: true, value: { state: 'waiting', photoName: 'IMG_1.jpg' } });
    expect(opened.studio.library.snapshot().photos[0]?.reported).toBe(true);
    opened.line.cut = false;
    opened.connect();
    await opened.until(() => opened.studio.reports.list()[0]?.state === 'open');
    const [queued] = (await server.admin.get('/v1/admin/reports')).body;
    expect(queued).toMatchObject({ note: 'The wheel is cut off.', photo: photoId });
    await server.admin.post(`/v1/admin/reports/${queued.id}/resolve`, { state: 'in_progress' });
    await wallet().sync();
    expect(opened.studio.reports.list()[0]?.state).toBe('in_progress');
    expect(view()?.available).toBe('19');
    // Again, for the same picture: free as well.
    expect(opened.studio.reports.create({ photoId, versionId: version.id, note: 'And the mirror.', area: null })).toMatchObject({
      ok: true,
    });
  });

  test('of a picture that is not there is refused', () => {
    expect(opened.studio.reports.create({ photoId: 'x', versionId: 'y', note: 'n', area: null })).toMatchObject({ ok: false });
  });
});

/** A finished picture, as applying files it. */
function inLibrary(version: { id: string; photoId: string; opId: string }): void {
  const db = new Database(join(folder, 'library.db'));
  db.prepare(
    `INSERT INTO version (id, photo_id, op_id, at, recipe, width, height, format, bytes, sha256, path, kind) VALUES (?, ?, ?, 0, '{}', 1, 1, 'jpeg', 1, '', '', 'applied')`,
  ).run(version.id, version.photoId, version.opId);
  db.close();
  expect(existsSync(join(folder, 'library.db'))).toBe(true);
}
