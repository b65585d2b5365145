/**
 * Paying on a provider's own page, from the real app: out into the browser, back by deep link to the page one left, granted once, given back; declined
 * and abandoned, with what was and was not charged. And whom the bill is for.
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, askResult, onlineWallet } from '../../scripts/driving/bridge.ts';
import { openDisplay } from '../../scripts/driving/display.ts';
import { electronProgram, machineSwitches, projectRoot, type RunningApp } from '../../scripts/driving/launch.ts';
import { type FakePaddle, startFakePaddle } from '../integration/payments/fake-paddle.ts';
import { type FakeStripe, startFakeStripe } from '../integration/payments/fake-stripe.ts';
import { type Account, type AccountWish, type CompanyServer, startCompanyServer } from './company-server.ts';
import { type Frame, frameOf } from './pages/frame.ts';
import { type Cable, layCable } from './proxy.ts';
import { catchOpenedFiles, makeRoom, pictureFailures, type Room, startStudio } from './studio.ts';

let serverRoom: Room;
let stripe: FakeStripe;
let paddle: FakePaddle;
let server: CompanyServer;
let room: Room;
let cable: Cable;
let running: RunningApp;
let account: Account;
let frame: Frame;
let opened: () => Promise<readonly string[]>;

beforeAll(async () => {
  serverRoom = makeRoom('payments-server');
  stripe = await startFakeStripe();
  paddle = await startFakePaddle();
  server = await startCompanyServer(serverRoom.path('server'), { ...stripe.env, ...paddle.env });
});
pictureFailures(() => running);
afterAll(async () => {
  await server?.stop();
  await stripe?.stop();
  await paddle?.stop();
  serverRoom?.remove();
});

/** One account and one start of the app for the steps of a group, which build on each other and run in order. */
function withAccount(wish: AccountWish): void {
  beforeAll(async () => {
    account = await server.openAccount(wish);
    room = makeRoom('payments');
    cable = await layCable(new URL(server.url));
    await start();
  });
  afterAll(async () => {
    await running?.quit();
    await cable?.close();
    room?.remove();
  });
}

async function start(): Promise<void> {
  running = await startStudio(room, { env: { BACKLOT_SERVER_URL: cable.url, BACKLOT_TOKEN: account.token } });
  frame = frameOf(running.page);
  opened = await catchOpenedFiles(running.app);
  await onlineWallet(running.page);
}

const main = (name: string) => running.page.getByRole('main', { name });
const button = (name: string | RegExp) => running.page.getByRole('button', { name });
const row = (table: string, text: string | RegExp) =>
  running.page.getByRole('table', { name: table, exact: true }).getByRole('row').filter({ hasText: text });
const shows = (balance: string): Promise<void> =>
  frame.header.getByRole('button', { name: `Balance: ${balance}. Show by bucket.`, exact: true }).waitFor();
const lastOpened = async (): Promise<string> => (await opened()).at(-1) ?? '';

/** As the browser does: follows the provider's page to ours, and hands the link on it to the system, which starts the app with it. */
async function comeBack(page: string, outcome: string): Promise<void> {
  const html = await (await fetch(new URL(`/v1/return/${page}/${outcome}`, server.url))).text();
  const link = /<a href="(backlot:[^"]+)">/.exec(html)?.[1] ?? '';
  const display = await openDisplay();
  const second = spawn(electronProgram(), [...machineSwitches(), projectRoot, link], {
    env: { ...process.env, ...display.env, BACKLOT_DATA: room.dataFolder },
    stdio: 'ignore',
  });
  expect(await new Promise((resolve) => second.once('exit', resolve))).toBe(0);
  await display.close();
}

/** Online is said when the app has asked; that it listens, too, shows in what it could only hear of. */
async function hearsOfAHold(): Promise<void> {
  const opId = randomUUID();
  const work = { kind: 'apply', photo: 'IMG_0001', recipe: { background: 'showroom', logo: null } };
  await server.as(account, 'POST', '/v1/operations', { operations: [{ opId, ...work }] });
  await shows('€0.4500');
  await server.as(account, 'POST', `/v1/operations/${opId}/release`, { reason: 'cancelled' });
  await shows('€0.5000');
}

async function topUpThroughPaddle(amount: string): Promise<string> {
  await frame.buyMore();
  await running.page.getByLabel('Another amount').fill(amount);
  const proposed = button(`Top up €${amount} + VAT · through Paddle`);
  await proposed.waitFor();
  await main('Top up').getByText('Paddle is the seller: it adds the VAT of your country on its page').waitFor();
  await proposed.click();
  await running.page.getByRole('heading', { name: 'Pay in your browser' }).waitFor();
  return lastOpened();
}

describe('pay as you go, through Paddle', () => {
  withAccount({ policy: 'pay-as-you-go' });

  test('PG-15: through Paddle, paid once however often it is told, its own invoice, and given back', async () => {
    await shows('€0.5000');
    const page = await topUpThroughPaddle('12.50');
    expect(paddle.transaction(page).details.totals).toMatchObject({ subtotal: '1250', tax: '238' });
    await shows('€0.5000');
    const events = paddle.pay(page);
    await paddle.deliver(server.url, [...events, ...events]);
    await comeBack('buy', 'paid');
    await running.page.getByRole('heading', { name: '€12.5000 added' }).waitFor();
    await main('Top up').getByText('€12.50 and the tax on it paid through Paddle.').waitFor();
    await shows('€13.0000');
    await button('Continue').click();

    await frame.goTo('Invoices');
    await main('Invoices').getByText('No invoices yet').waitFor();
    await row('Invoiced by the payment provider', '€12.50').getByRole('button', { name: 'Open in browser' }).click();
    await expect.poll(lastOpened).toMatch(/\/invoices\/txn_\w+\.pdf$/);
    const kept = paddle.kept();
    await row('Can be given back', '€12.50').getByRole('button', { name: 'Give back…' }).click();
    await button('Give back · €12.50').click();
    await frame.toast('€12.50 given back').waitFor();
    await shows('€0.5000');
    expect(kept - paddle.kept()).toBe(1250);
  });

  test('declined, then abandoned: the app says by itself what was not charged, and the page can be opened again', async () => {
    const page = await topUpThroughPaddle('25.00');
    await paddle.deliver(server.url, paddle.decline(page));
    await running.page.getByRole('heading', { name: 'Not paid' }).waitFor();
    await main('Top up')
      .getByText('Not paid: the account behind the card is not covered. Nothing was charged and nothing was granted.')
      .waitFor();
    await main('Top up').getByRole('button', { name: 'Pay another way' }).click();
    await expect.poll(async () => (await opened()).filter((address) => address === page).length).toBe(2);
    await shows('€0.5000');

    await running.quit();
    await start();
    await frame.buyMore();
    const said = main('Top up');
    await said.getByText(/^Not paid: /).waitFor();
    await cable.pull();
    // The account’s time zone is named where the machine is in another.
    await said.getByText(/^As of \d\d:\d\d( in Europe\/Berlin)?: Not paid: /).waitFor();
    await cable.plug();
    await frame.says('online');
    await hearsOfAHold();
    await paddle.deliver(server.url, paddle.abandon(page));
    await said.getByText('The checkout was left without paying. Nothing was charged and nothing was granted.').waitFor();
    expect(await said.getByRole('button', { name: 'Pay another way' }).count()).toBe(0);
    await said.getByRole('button', { name: 'Dismiss' }).click();
    await said.getByText('The checkout was left without paying.').waitFor({ state: 'hidden' });
    await shows('€0.5000');
  });

  test('PG-16: of a purchase that is partly spent the rest comes back; asked for once more, nothing does', async () => {
    await frame.goTo('Studio');
    const page = await topUpThroughPaddle('5.00');
    await paddle.deliver(server.url, paddle.pay(page));
    await shows('€5.5000');
    const opId = randomUUID();
    await server.as(account, 'POST', '/v1/operations', {
      operations: [{ opId, kind: 'generation', model: 'backdrop-pro', resolution: '8K' }],
    });
    await server.as(account, 'POST', `/v1/operations/${opId}/settle`, { actual: '0.7000' });
    await shows('€4.8000');
    await frame.goTo('Invoices');
    // The trial credit was used first, as it is free.
    await row('Can be given back', '€5.00').filter({ hasText: '€4.80' }).getByRole('button', { name: 'Give back…' }).click();
    const [purchase] = await ask(running.page, 'wallet.returnables', undefined);
    const kept = paddle.kept();
    await button('Give back · €4.80').click();
    await shows('€0.0000');
    expect(kept - paddle.kept()).toBe(480);
    const again = await askResult(running.page, 'wallet.refund', { opId: purchase?.opId ?? '' });
    expect(again).toMatchObject({ ok: false, error: { code: 'not_refundable', message: expect.stringMatching(/returned|used/) } });
    expect(kept - paddle.kept()).toBe(480);
  });
});

describe('by invoice, with a country that cannot be billed', () => {
  withAccount({ plan: 'professional-plus', slots: 50, country: 'XX' });

  test('a server that bills by invoice alone has no payment page to manage', async () => {
    await frame.goTo('Invoices');
    await button('Edit billing details').waitFor();
    expect(await button('Manage payment method').count()).toBe(0);
  });

  test('an unknown tax country is said before anything is ordered, and set right where it is said', async () => {
    await frame.buyMore();
    const page = main('Buy more');
    await page.getByText('“XX” is not a country that can be billed, so its tax is not known. Nothing is charged').waitFor();
    expect(await page.getByRole('button', { name: /^Buy \d+ credits/ }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Billing details' }).click();
    const dialog = running.page.getByRole('dialog', { name: 'Billing details' });
    await dialog.getByRole('combobox', { name: 'Country' }).click();
    await running.page.getByRole('option', { name: 'United States', exact: true }).click();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText(/in all: no tax is charged \(United States\)/).waitFor();
    await page.getByRole('button', { name: /^Buy \d+ credits · €[\d.]+ · by invoice$/ }).click();
    await running.page.getByRole('heading', { name: /credits added$/ }).waitFor();
  });

  test('the billing details: refused in clear words, then on the next invoice, with the tax shown before it is bought', async () => {
    await frame.goTo('Invoices');
    await button('Edit billing details').click();
    const dialog = running.page.getByRole('dialog', { name: 'Billing details' });
    await dialog.getByLabel('Name or company').fill('Garage Exemple SARL');
    await dialog.getByLabel('Address, at most five lines').fill('1 rue de la Paix\n75002 Paris');
    await dialog.getByRole('combobox', { name: 'Country' }).click();
    await running.page.getByRole('option', { name: 'France', exact: true }).click();
    await dialog.getByLabel('E-mail for invoices').fill('nobody');
    await dialog.getByText('“nobody” is not an e-mail address.').waitFor();
    expect(await dialog.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
    await dialog.getByLabel('E-mail for invoices').fill('compta@example.com');
    await dialog.getByLabel('VAT number').fill('DE123456789');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('“DE123456789” is not a VAT number of France. Nothing was changed.').waitFor();
    expect(await server.as(account, 'GET', '/v1/billing-details')).toMatchObject({ name: null, country: 'US' });
    await dialog.getByLabel('VAT number').fill('');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await main('Invoices').getByText('20% VAT (France)').waitFor();

    await frame.buyMore();
    await main('Buy more').getByText('€22.80 with 20% VAT (France), billed to Garage Exemple SARL.').waitFor();
    await button('Billing details').click();
    await dialog.getByLabel('VAT number').fill('FR 40 303265045');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await main('Buy more').getByText('€19.00 in all: reverse charge, FR40303265045 accounts for the VAT in France').waitFor();
    await button('Buy 100 credits · €19.00 · by invoice').click();
    await running.page.getByRole('heading', { name: '100 credits added' }).waitFor();
    expect(await server.as(account, 'GET', '/v1/invoices')).toMatchObject([
      { taxTreatment: 'none', total: { amount: '19.00' } },
      { taxTreatment: 'reverse-charge', total: { amount: '19.00' } },
    ]);
  });
});

describe('a plan through Stripe', () => {
  withAccount({ policy: 'generative-suite' });

  test('GS-16, GS-10: a plan through Stripe, its payment page and back, and a declined renewal that shows by itself', async () => {
    await frame.goTo('Plans');
    expect(await button('Manage payment method').count()).toBe(0);
    await main('Plans').getByRole('button', { name: 'Start Max' }).click();
    await button('Start · $39.00 + VAT · through Stripe').click();
    const notice = main('Plans').getByText(/^Nothing is charged yet\. Pay on Stripe’s page/);
    await notice.waitFor();
    const page = await lastOpened();
    await frame.goTo('Studio');
    await comeBack('plans', 'left');
    await main('Plans').waitFor();
    await notice.waitFor();
    await stripe.deliver(server.url, stripe.pay(page));
    await comeBack('plans', 'paid');
    await main('Plans').getByText('$46.41 paid through Stripe.').waitFor();
    await shows('400 credits');

    await main('Plans').getByRole('button', { name: 'Manage payment method' }).click();
    await frame.toast(/^The payment page is open in your browser\.$/).waitFor();
    const portal = stripe.requests.findLast(({ path }) => path === '/v1/billing_portal/sessions');
    expect(portal?.body.return_url).toMatch(/\/v1\/return\/plans\/portal$/);
    await frame.goTo('Studio');
    await comeBack('plans', 'portal');
    await main('Plans').waitFor();

    stripe.setCard(stripe.session(page).customer, 'declined');
    await server.setClock(Date.now() + 31 * 86_400_000);
    await server.admin('POST', '/v1/admin/sweep');
    await main('Plans')
      .getByText(/could not be charged \(attempt 1 of 4\): .*Nothing was charged;/)
      .waitFor();
    await main('Plans').getByRole('button', { name: 'Manage payment method' }).waitFor();
    stripe.setCard(stripe.session(page).customer, 'ok');
    await server.setClock(Date.now() + 32.5 * 86_400_000);
    await server.admin('POST', '/v1/admin/sweep');
    await main('Plans')
      .getByText(/could not be charged/)
      .waitFor({ state: 'hidden' });
    await frame.goTo('Invoices');
    await row('Invoices', 'Max plan').nth(1).waitFor();
    await expect
      .poll(async () => (await row('Invoices', 'Max plan').allInnerTexts()).map((text) => /\bpaid\b/.test(text)))
      .toEqual([true, true]);
  });
});
