/** Whose answer is it: whatever stands between studio and server says, an order is done or refused only when the server says so. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Darkroom } from '../../../electron/darkroom/port.ts';
import { CONTRACT_HEADER, CONTRACT_VERSION } from '../../../shared/api/index.ts';
import { opNamed } from '../../quantities.ts';
import { type Account, type RunningServer, startServer } from '../server/running-server.ts';
import { type MachineBetween, machineBetween, passing, type Rule, type Said } from './machine-between.ts';
import { type OpenedStudio, openOn, removeFolder, studioFolder } from './studio-on-server.ts';

const unused = { close: async () => undefined } as unknown as Darkroom;
let server: RunningServer;
let account: Account;
let machine: MachineBetween;
let opened: OpenedStudio;

beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server.stop();
});
beforeEach(async () => {
  account = await server.account({ plan: 'professional-plus', slots: 1, country: 'DE' });
  machine = await machineBetween(server.url);
  opened = await openOn({ ...server, url: machine.url }, account, studioFolder(), unused);
  await opened.online();
});
afterEach(async () => {
  await opened.close();
  await machine.close();
  removeFolder(opened.folder);
});

const html = { 'content-type': 'text/html' };
const json = { 'content-type': 'application/json' };
const problem = (status: number, code: string): string => JSON.stringify({ type: 'x', title: 't', status, detail: 'No.', code });
const page = (status: number): Said => ({ status, headers: html, body: '<html>Sign in to the guest network</html>' });
const like = (status: number, code: string): Said => ({
  status,
  headers: { 'content-type': 'application/problem+json' },
  body: problem(status, code),
});

const strangers: readonly (readonly [string, Said])[] = [
  ['200 and a page', page(200)],
  ['200 and other JSON', { status: 200, headers: json, body: '{"login":"http://guest.example"}' }],
  ['200 and our header on a page', { status: 200, headers: { ...html, [CONTRACT_HEADER]: CONTRACT_VERSION }, body: '<html></html>' }],
  ['200 and our header on other JSON', { status: 200, headers: { ...json, [CONTRACT_HEADER]: CONTRACT_VERSION }, body: '{"ok":true}' }],
  ['204', { status: 204 }],
  ['302 to a page', { status: 302, headers: { location: 'http://guest.example/' } }],
  ['401 and a page', page(401)],
  ['401 that looks like ours', like(401, 'unauthorized')],
  ['402 that looks like ours', like(402, 'insufficient_credit')],
  ['403 and a page', page(403)],
  ['404 and a page', page(404)],
  ['404 that looks like ours', like(404, 'not_found')],
  ['409 that looks like ours', like(409, 'conflict')],
  ['410 that looks like ours', like(410, 'gone')],
  ['422 that looks like ours', like(422, 'not_refundable')],
  ['429 and a page', page(429)],
  ['502 and a page', page(502)],
  ['511 and a page', page(511)],
];

const onPost =
  (path: string, what: ReturnType<Rule>): Rule =>
  (method, url) =>
    method === 'POST' && url === path ? what : 'pass';
const pending = (): number => opened.studio.wallet.get().wallet?.pending.operations ?? 0;
const isAnswered = (): boolean => pending() === 0;
const walletNow = async () => (await account.get('/v1/wallet')).body;
const available = async (): Promise<number> => Number((await walletNow()).available);
const unknown = {
  ok: false,
  error: { code: 'waiting_for_answer', message: expect.stringContaining('not known whether it was carried out') },
};

describe.each(strangers)('%s', (_what, said) => {
  test.each([
    ['instead of the server’s answer', { instead: said }],
    ['after the server did it', { after: said }],
  ] as const)(
    '%s: buying, giving back and cancelling are neither done nor refused, wait, and are carried out once',
    async (_when, what) => {
      const { orders } = opened.studio.wallet;
      const before = await available();
      machine.rule = onPost('/v1/purchases', what);
      expect(await orders.buy('pack-50')).toMatchObject(unknown);
      // Once more is the same order.
      expect(await orders.buy('pack-50')).toMatchObject(unknown);
      expect(pending()).toBe(1);
      expect(opened.studio.wallet.get().connection).toMatchObject({ state: 'online' });
      machine.rule = passing;
      await opened.until(isAnswered);
      await opened.studio.wallet.sync();
      expect(await available()).toBe(before + 50);
      const [bought] = opened.studio.wallet.pages.returnables();

      machine.rule = onPost('/v1/refunds', what);
      expect(await orders.refund(opNamed(bought?.opId ?? ''))).toMatchObject(unknown);
      expect(pending()).toBe(1);
      machine.rule = passing;
      await opened.until(isAnswered);
      expect(await available()).toBe(before);

      machine.rule = onPost('/v1/subscription', what);
      expect(await orders.changePlan({ action: 'cancel' })).toMatchObject(unknown);
      expect(pending()).toBe(1);
      machine.rule = passing;
      await opened.until(isAnswered);
      expect(await walletNow()).toMatchObject({ plan: { status: 'cancelling' } });
      expect((await account.get('/v1/invoices')).body).toHaveLength(2);
    },
  );

  test('on the way to the ledger it signs nobody out and empties nothing; what was there is there again', async () => {
    const before = opened.studio.wallet.history(null, 10, null).lines.length;
    machine.rule = (_method, url) => (url.startsWith('/v1/ledger') || url === '/v1/wallet' ? { instead: said } : 'pass');
    expect(await opened.studio.wallet.sync()).toMatchObject({ state: 'offline' });
    expect(opened.studio.wallet.get().connection.reason).not.toContain('does not accept this sign-in');
    expect(opened.studio.wallet.history(null, 10, null).lines).toHaveLength(before);
    machine.rule = passing;
    expect(await opened.studio.wallet.sync()).toMatchObject({ state: 'online' });
  });
});

test('the server’s own refusal is final, and its own 401 is a sign-in that is not accepted', async () => {
  const { orders } = opened.studio.wallet;
  expect(await orders.refund(opNamed('01J00000000000000000000001'))).toMatchObject({ ok: false, error: { code: 'not_found' } });
  expect(pending()).toBe(0);
  opened.studio.connect({ url: machine.url, token: 'not a token', local: false });
  await opened.until(() => opened.studio.wallet.get().connection.state === 'offline');
  expect(opened.studio.wallet.get().connection.reason).toBe('The credit server does not accept this sign-in.');
});

test('offline, an order that waits is not denied', async () => {
  const { orders } = opened.studio.wallet;
  machine.rule = onPost('/v1/purchases', { after: page(200) });
  expect(await orders.buy('pack-50')).toMatchObject(unknown);
  machine.rule = () => 'say nothing';
  opened.studio.disconnect('The network is gone.', false);
  expect(await orders.buy('pack-50')).toMatchObject(unknown);
  expect(await orders.buy('pack-100')).toMatchObject({ ok: false, error: { code: 'offline' } });
});
