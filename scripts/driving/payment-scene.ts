/** Paying on a provider's page: what the app shows before, while and after, when it was declined, and when a renewal was. */
import type { FakePaddle } from '../../test/integration/payments/fake-paddle.ts';
import type { FakeStripe } from '../../test/integration/payments/fake-stripe.ts';
import { ask } from './bridge.ts';
import { openScene, type Scene, type Stage } from './scene.ts';

const dayMs = 86_400_000;

/** Through both providers, each in an account and an app of its own. */
export async function paymentScenes(set: Stage, stripe: FakeStripe, paddle: FakePaddle): Promise<void> {
  await throughPaddle(set, paddle);
  await throughStripe(set, stripe);
}

/** In both themes. */
async function shots({ theme, shot }: Scene, name: string): Promise<void> {
  for (const one of ['dark', 'light'] as const) {
    await theme(one);
    await shot(`71-paying-${name}${one === 'dark' ? '' : `-${one}`}`);
  }
  await theme('dark');
}

/** The browser's part is the fake's; nothing is opened on this desktop. */
async function catchPages({ running }: Scene): Promise<() => Promise<string>> {
  await running.app.evaluate(({ shell }) => {
    shell.openExternal = async (address) => void Object.assign(globalThis, { openedForPicture: address });
  });
  // Put there by the statement above.
  return () => running.app.evaluate(() => (globalThis as unknown as { openedForPicture: string }).openedForPicture);
}

async function throughPaddle(set: Stage, paddle: FakePaddle): Promise<void> {
  const scene = await openScene(set, 'paddle', await set.server.openAccount({ policy: 'pay-as-you-go' }));
  const { page, frame } = scene;
  const opened = await catchPages(scene);
  await frame.buyMore();
  const buy = page.getByRole('button', { name: /^Top up €.* through Paddle$/ });
  await buy.waitFor();
  await shots(scene, 'paddle');
  await buy.click();
  await page.getByRole('heading', { name: 'Pay in your browser' }).waitFor();
  await shots(scene, 'in-browser');
  const address = await opened();
  await paddle.deliver(set.server.url, paddle.decline(address));
  await page.getByRole('heading', { name: 'Not paid' }).waitFor();
  await shots(scene, 'declined');
  await paddle.deliver(set.server.url, paddle.pay(address));
  await page.getByRole('heading', { name: / added$/ }).waitFor();
  await shots(scene, 'paid');
  await frame.goTo('Invoices');
  await page.getByRole('table', { name: 'Invoiced by the payment provider' }).waitFor();
  await page.getByRole('table', { name: 'Can be given back' }).waitFor();
  await shots(scene, 'receipts');
  await page.getByRole('button', { name: 'Give back…' }).click();
  await shots(scene, 'give-back');
  await scene.close();
}

async function throughStripe(set: Stage, stripe: FakeStripe): Promise<void> {
  const scene = await openScene(set, 'stripe', await set.server.openAccount({ policy: 'generative-suite' }));
  const { page, frame } = scene;
  const opened = await catchPages(scene);
  await ask(page, 'wallet.changePlan', { action: 'subscribe', plan: 'max', interval: 'month', way: 'stripe' });
  const address = await opened();
  await frame.goTo('Plans');
  await page.getByText(/^Nothing is charged yet/).waitFor();
  await shots(scene, 'plan-open');
  await stripe.deliver(set.server.url, stripe.abandon(address));
  await page.getByText(/left without paying/).waitFor();
  await shots(scene, 'plan-abandoned');
  await ask(page, 'wallet.changePlan', { action: 'subscribe', plan: 'max', interval: 'month', way: 'stripe' });
  const second = await opened();
  await stripe.deliver(set.server.url, stripe.pay(second));
  await page.getByRole('button', { name: 'Dismiss' }).click();
  await page.getByText('your plan', { exact: true }).waitFor();
  await shots(scene, 'plan');
  stripe.setCard(stripe.session(second).customer, 'declined');
  await set.server.setClock(Date.now() + 31 * dayMs);
  await set.server.admin('POST', '/v1/admin/sweep');
  await page.getByText(/could not be charged/).waitFor();
  await shots(scene, 'renewal-declined');
  await frame.goTo('Wallet');
  await page.getByText(/could not be charged/).scrollIntoViewIfNeeded();
  await shots(scene, 'renewal-declined-wallet');
  await set.server.setClock(Date.now());
  await scene.close();
}
