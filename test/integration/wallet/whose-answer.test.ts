/** Whose answer is it: whatever stands between studio and server says, an order is done or refused only when the server says so. */
import { afterAll, beforeAll, describe, expect, type TestContext, test } from 'vitest';
import type { Darkroom } from '../../../electron/darkroom/port.ts';
import { CONTRACT_HEADER, CONTRACT_VERSION } from '../../../shared/api/index.ts';
import { opNamed } from '../../quantities.ts';
import { runs } from '../../runs.ts';
import { type Account, type RunningServer, startServer } from '../server/running-server.ts';
import { type MachineBetween, machineBetween, passing, type Rule, type Said } from './machine-between.ts';
import { type OpenedStudio, openOn, removeFolder, studioFolder } from './studio-on-server.ts';

const unused = { close: async () => undefined } as unknown as Darkroom;
let server: RunningServer;

beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server.stop();
});

/** A studio of its own for each test, behind a machine of its own. */
class Between {
  readonly account: Account;
  readonly machine: MachineBetween;
  readonly opened: OpenedStudio;

  constructor(account: Account, machine: MachineBetween, opened: OpenedStudio) {
    this.account = account;
    this.machine = machine;
    this.opened = opened;
  }

  get wallet() {
    return this.opened.studio.wallet;
  }
  get pending(): number {
    return this.wallet.get().wallet?.pending.operations ?? 0;
  }
  /** Everything that was asked for has been answered. */
  answered(): Promise<void> {
    return this.opened.until(() => this.pending === 0);
  }
  async walletNow() {
    return (await this.account.get('/v1/wallet')).body;
  }
  async available(): Promise<number> {
    return Number((await this.walletNow()).available);
  }
}

async function between({ onTestFinished }: TestContext): Promise<Between> {
  const account = await server.account({ plan: 'professional-plus', slots: 1, country: 'DE' });
  const machine = await machineBetween(server.url);
  const opened = await openOn({ ...server, url: machine.url }, account, studioFolder(), unused);
  onTestFinished(async () => {
    await opened.close();
    await machine.close();
    removeFolder(opened.folder);
  });
  await opened.online();
  return new Between(account, machine, opened);
}

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
const unknown = {
  ok: false,
  error: { code: 'waiting_for_answer', message: expect.stringContaining('not known whether it was carried out') },
};

/** One order with this in the place of its answer: neither done nor refused, it waits, and is carried out once. */
type Ordering = (at: Between, what: ReturnType<Rule>) => Promise<void>;

/** Waits until it has an answer of the server's own. */
async function carriedOut(at: Between): Promise<void> {
  expect(at.pending).toBe(1);
  expect(at.wallet.get().connection).toMatchObject({ state: 'online' });
  at.machine.rule = passing;
  await at.answered();
  await at.wallet.sync();
}

const orderings: readonly (readonly [string, Ordering])[] = [
  [
    'buying',
    async (at, what) => {
      const before = await at.available();
      at.machine.rule = onPost('/v1/purchases', what);
      expect(await at.wallet.orders.buy('pack-50')).toMatchObject(unknown);
      // Once more is the same order.
      expect(await at.wallet.orders.buy('pack-50')).toMatchObject(unknown);
      await carriedOut(at);
      expect(await at.available()).toBe(before + 50);
      expect((await at.account.get('/v1/invoices')).body).toHaveLength(1);
    },
  ],
  [
    'giving back',
    async (at, what) => {
      const before = await at.available();
      expect(await at.wallet.orders.buy('pack-50')).toMatchObject({ ok: true });
      await at.wallet.sync();
      const [bought] = at.wallet.pages.returnables();
      at.machine.rule = onPost('/v1/refunds', what);
      expect(await at.wallet.orders.refund(opNamed(bought?.opId ?? ''))).toMatchObject(unknown);
      await carriedOut(at);
      expect(await at.available()).toBe(before);
      expect((await at.account.get('/v1/invoices')).body).toHaveLength(2);
    },
  ],
  [
    'cancelling',
    async (at, what) => {
      at.machine.rule = onPost('/v1/subscription', what);
      expect(await at.wallet.orders.changePlan({ action: 'cancel' })).toMatchObject(unknown);
      await carriedOut(at);
      expect(await at.walletNow()).toMatchObject({ plan: { status: 'cancelling' } });
    },
  ],
];
/** Every order is judged alike: in the usual run they take turns, `npm run check:long` tries each with every stranger. */
const inTurn = (turn: number) => (runs(1) > 1 ? orderings : orderings.slice(turn % orderings.length).slice(0, 1));

const withTurns = strangers.map(([what, said], turn) => [what, said, turn] as const);

// Side by side: most of the time they wait for what is asked again.
describe.concurrent.each(withTurns)('%s', (_what, said, turn) => {
  const whens = [
    ['instead of the server’s answer', { instead: said }],
    ['after the server did it', { after: said }],
  ] as const;
  const cases = whens.flatMap(([when, what], n) => inTurn(turn + n).map(([order, ordering]) => [when, order, what, ordering] as const));
  test.for(cases)('%s: %s is neither done nor refused, waits, and is carried out once', async ([, , what, ordering], context) => {
    await ordering(await between(context), what);
  });

  test('on the way to the ledger it signs nobody out and empties nothing; what was there is there again', async (context) => {
    const { machine, wallet } = await between(context);
    const before = wallet.history(null, 10, null).lines.length;
    machine.rule = (_method, url) => (url.startsWith('/v1/ledger') || url === '/v1/wallet' ? { instead: said } : 'pass');
    expect(await wallet.sync()).toMatchObject({ state: 'offline' });
    expect(wallet.get().connection.reason).not.toContain('does not accept this sign-in');
    expect(wallet.history(null, 10, null).lines).toHaveLength(before);
    machine.rule = passing;
    expect(await wallet.sync()).toMatchObject({ state: 'online' });
  });
});

test('the server’s own refusal is final, and its own 401 is a sign-in that is not accepted', async (context) => {
  const at = await between(context);
  const { machine, opened, wallet } = at;
  expect(await wallet.orders.refund(opNamed('01J00000000000000000000001'))).toMatchObject({ ok: false, error: { code: 'not_found' } });
  expect(at.pending).toBe(0);
  opened.studio.connect({ url: machine.url, token: 'not a token', local: false });
  await opened.until(() => wallet.get().connection.state === 'offline');
  expect(wallet.get().connection.reason).toBe('The credit server does not accept this sign-in.');
});

test('offline, an order that waits is not denied', async (context) => {
  const { machine, opened, wallet } = await between(context);
  machine.rule = onPost('/v1/purchases', { after: page(200) });
  expect(await wallet.orders.buy('pack-50')).toMatchObject(unknown);
  machine.rule = () => 'say nothing';
  opened.studio.disconnect('The network is gone.', false);
  expect(await wallet.orders.buy('pack-50')).toMatchObject(unknown);
  expect(await wallet.orders.buy('pack-100')).toMatchObject({ ok: false, error: { code: 'offline' } });
});
