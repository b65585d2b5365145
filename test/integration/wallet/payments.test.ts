/** A studio and a payment in the browser: what became of it comes by itself, survives a restart, and says what was charged. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { opNamed } from '../../quantities.ts';
import { type FakePaddle, startFakePaddle } from '../payments/fake-paddle.ts';
import { type FakeStripe, startFakeStripe } from '../payments/fake-stripe.ts';
import { type Account, type RunningServer, startServer } from '../server/running-server.ts';
import { closeDarkroom, type OpenedStudio, openOn, removeFolder, studioFolder } from './studio-on-server.ts';

let paddle: FakePaddle;
let stripe: FakeStripe;
let server: RunningServer;
let account: Account;
let folder: string;
let opened: OpenedStudio;

beforeAll(async () => {
  paddle = await startFakePaddle();
  stripe = await startFakeStripe();
  server = await startServer({ policy: 'pay-as-you-go', env: { ...paddle.env, ...stripe.env } });
});
afterAll(async () => {
  await closeDarkroom();
  await server.stop();
  await paddle.stop();
  await stripe.stop();
});
beforeEach(async () => {
  await open({ country: 'DE' });
});
afterEach(async () => {
  await opened.close();
  removeFolder(folder);
});

async function open(wish: Record<string, unknown>): Promise<void> {
  account = await server.account(wish);
  folder = studioFolder();
  opened = await openOn(server, account, folder);
  await opened.online();
  await opened.line.listening;
}
const another = async (wish: Record<string, unknown>): Promise<void> => {
  await opened.close();
  removeFolder(folder);
  await open(wish);
};

const wallet = () => opened.studio.wallet;
const checkout = () => wallet().get().wallet?.checkout ?? null;
const available = () => wallet().get().wallet?.available;

/** Tops up through Paddle; answers the address of its page. */
async function topUp(): Promise<string> {
  const answer = await wallet().orders.topUp('25', 'paddle');
  if (!answer.ok || answer.value.checkoutUrl === null) throw new Error(JSON.stringify(answer));
  return answer.value.checkoutUrl;
}

describe('a payment in the browser', () => {
  test('is shown as not charged until it is paid; then what was bought is there once', async () => {
    const before = available();
    const page = await topUp();
    expect(checkout()).toMatchObject({
      what: 'purchase',
      state: 'open',
      payable: true,
      message: expect.stringMatching(/^Nothing is charged yet/),
    });
    const events = paddle.pay(page);
    await paddle.deliver(server.url, [...events, ...events]);
    await opened.until(() => checkout()?.state === 'paid');
    expect(Number(available()) - Number(before)).toBe(25);
    wallet().checkouts.dismiss(opNamed(checkout()?.opId ?? ''));
    expect(checkout()).toBeNull();
  });

  test('that is declined and then left says so by itself, each time with what was not charged', async () => {
    const page = await topUp();
    await paddle.deliver(server.url, paddle.decline(page));
    await opened.until(() => checkout()?.state === 'failed');
    expect(checkout()).toMatchObject({
      payable: true,
      message: expect.stringMatching(/not covered\. Nothing was charged and nothing was granted/),
    });
    expect(wallet().checkouts.page()).toBe(page);
    await paddle.deliver(server.url, paddle.abandon(page));
    await opened.until(() => checkout()?.state === 'expired');
    expect(checkout()).toMatchObject({ payable: false, message: expect.stringMatching(/left without paying\. Nothing was charged/) });
    expect(wallet().checkouts.page()).toBeNull();
  });

  test('is found again after a restart, also one whose answer came only then', async () => {
    opened.line.troubles.push('drop response');
    const page = (await wallet().orders.topUp('25', 'paddle')) as { ok: boolean };
    expect(page.ok).toBe(false);
    await opened.close();
    opened = await openOn(server, account, folder);
    await opened.online();
    await opened.until(() => checkout()?.state === 'open');
    await paddle.deliver(server.url, paddle.pay(wallet().checkouts.page() ?? ''));
    await opened.until(() => checkout()?.state === 'paid');
  });

  test('its provider’s invoice and its refund are within reach; of ours there is none', async () => {
    await paddle.deliver(server.url, paddle.pay(await topUp()));
    await opened.until(() => checkout()?.state === 'paid');
    expect(wallet().invoices()).toEqual([]);
    const [receipt] = wallet().billing.receipts();
    expect(receipt).toMatchObject({ paid: { amount: '25.00', currency: 'EUR' } });
    expect(await wallet().billing.receiptPage(opNamed(receipt?.opId ?? ''))).toMatchObject({
      ok: true,
      value: expect.stringMatching(/\/invoices\/txn_/),
    });
    const [purchase] = wallet().pages.returnables();
    const kept = paddle.kept();
    expect(await wallet().orders.refund(opNamed(purchase?.opId ?? ''))).toMatchObject({
      ok: true,
      value: { refunded: { amount: '25.00' }, creditNote: null },
    });
    expect(kept - paddle.kept()).toBe(2500);
  });
});

describe('the payment page for cards', () => {
  test('is there once something was paid through a provider, and leads back to the page one left', async () => {
    expect(wallet().billing.paymentMethod()).toEqual({ page: false, renewsThrough: null });
    expect(await wallet().billing.paymentPage('plans')).toMatchObject({ ok: false, error: { code: 'not_found' } });
    await another({ policy: 'generative-suite', country: 'DE' });
    const answer = await wallet().orders.changePlan({ action: 'subscribe', plan: 'max', interval: 'month' }, 'stripe');
    if (!answer.ok) throw new Error(answer.error.message);
    expect(checkout()).toMatchObject({ what: 'plan', state: 'open' });
    await stripe.deliver(server.url, stripe.pay(answer.value.checkoutUrl ?? ''));
    await opened.until(() => wallet().billing.paymentMethod().renewsThrough === 'Stripe');
    expect(await wallet().billing.paymentPage('plans')).toMatchObject({ ok: true });
    expect(stripe.requests.findLast(({ path }) => path === '/v1/billing_portal/sessions')?.body.return_url).toMatch(
      /\/v1\/return\/plans\/portal$/,
    );
    opened.line.cut = true;
    opened.studio.disconnect('The cable is out.', false);
    expect(await wallet().billing.paymentPage('plans')).toMatchObject({ ok: false, error: { code: 'offline' } });
  });

  test('GS-10: a declined renewal shows by itself, as soon as the bank has said no', async () => {
    await another({ policy: 'generative-suite', country: 'DE' });
    const answer = await wallet().orders.changePlan({ action: 'subscribe', plan: 'max', interval: 'month' }, 'stripe');
    if (!answer.ok) throw new Error(answer.error.message);
    const page = answer.value.checkoutUrl ?? '';
    await stripe.deliver(server.url, stripe.pay(page));
    await opened.until(() => wallet().get().wallet?.plan?.label === 'Max');
    stripe.setCard(stripe.session(page).customer, 'declined');
    await server.clock(new Date(Date.now() + 30.5 * 86_400_000).toISOString());
    await server.sweep();
    await opened.until(() => /Nothing was charged/.test(wallet().get().wallet?.plan?.dunning?.message ?? ''));
    await server.clock(new Date().toISOString());
  });
});

describe('automatic top-up', () => {
  test('is charged to the method that was kept when it was asked to be; a decline is told with what was not charged', async () => {
    await another({ policy: 'generative-suite', country: 'DE' });
    const answer = await wallet().orders.buy('pack-100', 'stripe', true);
    if (!answer.ok) throw new Error(answer.error.message);
    const page = answer.value.checkoutUrl ?? '';
    await stripe.deliver(server.url, stripe.pay(page));
    await opened.until(() => available() === '100');
    const monthlyCap = { amount: '100.00', currency: 'USD' };
    expect(await wallet().orders.setAutoTopUp({ below: '50', packId: 'pack-100', amount: null, monthlyCap })).toBeNull();
    await opened.until(() => wallet().pages.autoTopUp()?.through === 'Stripe');
    stripe.setCard(stripe.session(page).customer, 'declined');
    const take = { opId: crypto.randomUUID(), direction: 'take', bucket: 'purchased', amount: '60', reason: 'spent' };
    await server.admin.post(`/v1/admin/accounts/${account.accountId}/adjustments`, take);
    await opened.until(() => wallet().pages.autoTopUp()?.charge?.declined === true);
    expect(wallet().pages.autoTopUp()?.charge?.message).toContain('Nothing was charged and no credit was added.');
    expect(available()).toBe('40');
  });
});

describe('the billing details', () => {
  const details = {
    name: 'Autohaus Beispiel',
    address: ['Hauptstraße 1', '  '],
    vatId: null,
    language: 'de',
    email: 'buch@example.com',
  } as const;
  const net = { amount: '19.00', currency: 'EUR' };

  test('decide about the tax that is shown before buying, the same as on the invoice', async () => {
    await another({ country: 'DE', onAccount: { limit: '100.00' } });
    expect(wallet().billing.taxed(net, 'invoice')).toMatchObject({ kind: 'standard', ratePercent: '19', total: { amount: '22.61' } });
    expect(wallet().billing.taxed(net, 'paddle')).toEqual({ kind: 'by the provider', provider: 'Paddle' });
    expect(await wallet().billing.save({ ...details, country: 'FR' })).toMatchObject({
      ok: true,
      value: { name: 'Autohaus Beispiel', address: ['Hauptstraße 1'], email: 'buch@example.com', tax: { ratePercent: '20' } },
    });
    const shown = wallet().billing.taxed({ amount: '12.34', currency: 'EUR' }, 'invoice');
    expect(shown.kind).toBe('standard');
    expect(await wallet().orders.topUp('12.34', 'invoice')).toMatchObject({ ok: true });
    expect(wallet().invoices()[0]).toMatchObject(shown.kind === 'standard' ? { tax: shown.tax, total: shown.total } : {});
    await wallet().billing.save({ ...details, country: 'PL', vatId: 'PL 123-456-78-90' });
    expect(wallet().billing.taxed(net, 'invoice')).toMatchObject({ kind: 'reverse-charge', tax: { amount: '0.00' }, total: net });
    await wallet().billing.save({ ...details, country: 'US' });
    expect(wallet().billing.taxed(net, 'invoice')).toMatchObject({ kind: 'none', total: net });
  });

  test.each([
    ['a VAT number of another country', { country: 'FR', vatId: 'DE123456789' }, 'invalid_vat_id'],
    ['a country that is none', { country: 'XX' }, 'unknown_tax_country'],
  ])('%s is refused in words, and nothing is changed', async (_, wrong, code) => {
    await wallet().billing.save({ ...details, country: 'FR' });
    const answer = await wallet().billing.save({ ...details, ...wrong });
    expect(answer).toMatchObject({ ok: false, error: { code, message: expect.stringMatching(/Nothing was (changed|charged)/) } });
    expect(wallet().billing.details()).toMatchObject({ country: 'FR', vatId: null });
  });

  test('of a country that cannot be billed are said before anything is ordered', async () => {
    await another({ country: 'XX', onAccount: { limit: '100.00' } });
    expect(wallet().billing.taxed(net, 'invoice')).toEqual({ kind: 'unknown country', country: 'XX' });
    expect(await wallet().orders.topUp('12', 'invoice')).toMatchObject({ ok: false, error: { code: 'unknown_tax_country' } });
  });

  test('that were changed elsewhere arrive by themselves', async () => {
    await account.call('PUT', '/v1/billing-details', { country: 'AT', name: 'Von anderswo' });
    await opened.until(() => wallet().billing.details()?.name === 'Von anderswo');
    expect(wallet().billing.taxed(net, 'invoice')).toMatchObject({ ratePercent: '20', country: 'AT' });
  });

  test('can be read without a network; saving waits for it', async () => {
    await wallet().billing.save({ ...details, country: 'DE' });
    await opened.close();
    opened = await openOn(server, account, folder);
    expect(wallet().billing.details()).toMatchObject({ name: 'Autohaus Beispiel' });
    expect(await wallet().billing.save({ ...details, country: 'DE' })).toMatchObject({ ok: false, error: { code: 'offline' } });
  });

  test('an answer that got lost leaves it open whether they were saved', async () => {
    const send = wallet().billing.save({ ...details, country: 'DE' });
    expect(await send).toMatchObject({ ok: true });
    opened.line.cut = true;
    expect(await wallet().billing.save({ ...details, country: 'DE' })).toMatchObject({
      ok: false,
      error: { code: 'offline', message: expect.stringContaining('save it again') },
    });
  });
});
