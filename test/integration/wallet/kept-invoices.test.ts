/** What is kept beside the copy of the ledger: named by server, account and document, and gone with the copy. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Darkroom } from '../../../electron/darkroom/port.ts';
import { type Account, opId, type RunningServer, startServer } from '../server/running-server.ts';
import { machineBetween, passing } from './machine-between.ts';
import { type OpenedStudio, openOn, removeFolder, studioFolder } from './studio-on-server.ts';

const unused = { close: async () => undefined } as unknown as Darkroom;
let one: RunningServer;
let two: RunningServer;
let folder: string;
let opened: OpenedStudio | null = null;

beforeAll(async () => {
  [one, two] = await Promise.all([startServer(), startServer()]);
});
afterAll(async () => {
  await Promise.all([one.stop(), two.stop()]);
});
beforeEach(() => {
  folder = studioFolder();
});
afterEach(async () => {
  await opened?.close();
  opened = null;
  removeFolder(folder);
});

/** An account with one invoice, which on a fresh server bears the same number as on any other. */
async function billed(server: RunningServer): Promise<{ account: Account; number: string; pdf: Buffer }> {
  const account = await server.account({ plan: 'professional-plus', slots: 1, country: 'DE' });
  await account.post('/v1/purchases', { opId: opId(), packId: 'pack-50' });
  const [{ number }] = (await account.get('/v1/invoices')).body;
  return { account, number, pdf: Buffer.from((await account.get(`/v1/invoices/${number}.pdf`)).body) };
}
async function openedOn(server: Pick<RunningServer, 'url'> & RunningServer, account: Account): Promise<OpenedStudio> {
  opened = await openOn(server, account, folder, unused);
  await opened.online();
  return opened;
}
const kept = (): string[] =>
  existsSync(join(folder, 'invoices'))
    ? readdirSync(join(folder, 'invoices'), { recursive: true, withFileTypes: true })
        .filter((each) => each.isFile())
        .map((each) => relative(folder, join(each.parentPath, each.name)))
    : [];
const shown = async ({ studio }: OpenedStudio, number: string): Promise<Buffer | string> => {
  const pdf = await studio.wallet.invoicePdf(number);
  return pdf.ok ? readFileSync(pdf.value) : pdf.error.code;
};

test('another server or account with the same number: its own document is shown, and the other’s is gone', async () => {
  const a = await billed(one);
  const studio = await openedOn(one, a.account);
  expect(await shown(studio, a.number)).toEqual(a.pdf);
  expect(kept()).toHaveLength(1);
  const before = kept();

  const b = await billed(two);
  studio.studio.disconnect('Changing to another credit server.', false);
  studio.studio.connect({ url: two.url, token: b.account.token, local: false });
  await studio.until(() => studio.studio.wallet.get().connection.state === 'online');
  expect(b.number).toBe(a.number);
  expect(await shown(studio, b.number)).toEqual(b.pdf);
  expect(kept()).toHaveLength(1);
  expect(kept()).not.toEqual(before);

  const c = await billed(two);
  studio.studio.connect({ url: two.url, token: c.account.token, local: false });
  await studio.until(
    () => studio.studio.wallet.get().wallet?.accountId !== undefined && studio.studio.wallet.get().connection.state === 'online',
  );
  await studio.studio.wallet.sync();
  expect(await shown(studio, b.number)).toBe('invoice_unknown');
  expect(await shown(studio, c.number)).toEqual(c.pdf);
});

test('files that an older version named by number alone are not trusted, and offline nothing else is shown for them', async () => {
  const a = await billed(one);
  mkdirSync(join(folder, 'invoices'));
  writeFileSync(join(folder, 'invoices', `${a.number}.pdf`), 'of another account');
  writeFileSync(join(folder, 'invoices', `${a.number}.pdf.part`), 'half');
  const studio = await openedOn(one, a.account);
  expect(await shown(studio, a.number)).toEqual(a.pdf);
  expect(kept()).toHaveLength(1);
  await studio.close();
  // Offline the next start shows this account's own, and nothing that was put beside it.
  writeFileSync(join(folder, 'invoices', `${a.number}.pdf`), 'of another account');
  opened = await openOn(one, a.account, folder, unused);
  expect(await shown(opened, a.number)).toEqual(a.pdf);
  expect(kept()).toHaveLength(1);
});

test('a page in place of the file is not kept, nor is a file of another document', async () => {
  const a = await billed(one);
  const machine = await machineBetween(one.url);
  const page = { status: 200, headers: { 'content-type': 'application/pdf' }, body: '<html>Sign in</html>' };
  machine.rule = (_method, url) => (url.endsWith('.pdf') ? { instead: page } : 'pass');
  const studio = await openedOn({ ...one, url: machine.url }, a.account);
  expect(await shown(studio, a.number)).toBe('invoice_not_stored');
  expect(kept()).toEqual([]);
  const old = { ...page, headers: { ...page.headers, 'backlot-contract': '1', etag: '"another"' }, body: '%PDF-' };
  machine.rule = (_method, url) => (url.endsWith('.pdf') ? { instead: old } : 'pass');
  expect(await shown(studio, a.number)).toBe('invoice_not_stored');
  expect(kept()).toEqual([]);
  machine.rule = passing;
  expect(await shown(studio, a.number)).toEqual(a.pdf);
  await machine.close();
});

test('while another server is being signed in to, nothing of it is filed under this copy', async () => {
  const a = await billed(one);
  const machine = await machineBetween(one.url);
  machine.rule = (_method, url) => (url.endsWith('.pdf') ? { instead: { status: 502 } } : 'pass');
  const studio = await openedOn({ ...one, url: machine.url }, a.account);
  const b = await billed(two);
  studio.studio.connect({ url: two.url, token: b.account.token, local: false });
  expect(await shown(studio, a.number)).toBe('offline');
  expect(kept()).toEqual([]);
  await machine.close();
});

test('the copy is thrown away: so is what was kept beside it', async () => {
  const a = await billed(one);
  const studio = await openedOn(one, a.account);
  expect(kept()).toHaveLength(1);
  await studio.close();
  writeFileSync(join(folder, 'cache.db'), 'no database any more');
  for (const suffix of ['-wal', '-shm']) writeFileSync(join(folder, `cache.db${suffix}`), '');
  opened = await openOn(one, a.account, folder, unused);
  expect(kept()).toEqual([]);
});
