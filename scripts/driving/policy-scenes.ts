/** The money pages under each policy: wallet, plans, buying, usage, history, invoices, offline. A prefix names the policy. */
import type { Page } from 'playwright';
import type { Account } from '../../test/e2e/company-server.ts';
import { moneyPagesOf } from '../../test/e2e/pages/money-pages.ts';
import { livePolicies } from './policy-life.ts';
import { openScene, type Scene, type Stage } from './scene.ts';

/** Pages are taller than a window: this much of them is shown. */
const tall = 1500;

/** One scene for each declared policy, in an account that has lived under it. */
export async function policyScenes(set: Stage): Promise<void> {
  for (const [policy, account] of await livePolicies(set.server)) await policyScene(set, policy, account);
}

async function policyScene(set: Stage, policy: string, account: Account): Promise<void> {
  const scene = await openScene(set, policy, account);
  for (const theme of ['dark', 'light'] as const) {
    await scene.theme(theme);
    await pages(scene, (name) => scene.shot(`70-${policy}-${name}${theme === 'dark' ? '' : `-${theme}`}`));
  }
  await scene.theme('dark');
  await scene.frame.buyMore();
  await scene.cable.pull();
  await scene.frame.says('offline');
  await scene.shot(`70-${policy}-buy-offline`);
  await scene.close();
}

type Shot = (name: string) => Promise<void>;

async function pages({ page, frame, height, size }: Scene, shot: Shot): Promise<void> {
  const money = moneyPagesOf(page);
  await frame.header.getByRole('button', { name: /^Balance: / }).click();
  await page.getByRole('dialog', { name: 'Balance by bucket' }).waitFor();
  await shot('balance');
  await page.keyboard.press('Escape');
  await frame.goTo('Wallet');
  await money.buckets();
  await shot('wallet');
  await frame.buyMore();
  await page.getByText(/with \d+% VAT|is the seller/).waitFor();
  await shot('buy');
  await setUpTopUp(page, () => shot('automatic-top-up'));
  const plans = page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: 'Plans' });
  if ((await plans.count()) > 0) {
    await frame.goTo('Plans');
    await page.getByRole('list', { name: 'Plans' }).waitFor();
    await shot('plans');
    await changePlan(page, shot);
  }
  await frame.goTo('History');
  await money.historyLines();
  await shot('history');
  await frame.goTo('Invoices');
  await money.invoiceNumbers();
  await shot('invoices');
  await billingDetails(page, shot);
  await frame.goTo('Usage');
  await page.getByRole('table', { name: 'Costs', exact: true }).waitFor();
  await shot('usage');
  await height(tall);
  await shot('usage-whole');
  await frame.goTo('Wallet');
  await shot('wallet-whole');
  await size('usual');
}

/** Filled in, and once with a number that is none; nothing is saved. */
async function billingDetails(page: Page, shot: Shot): Promise<void> {
  await page.getByRole('button', { name: 'Edit billing details' }).click();
  const dialog = page.getByRole('dialog', { name: 'Billing details' });
  await dialog.getByLabel('Name or company').fill('Autohaus Beispiel GmbH');
  await dialog.getByLabel('Address, at most five lines').fill('Hauptstraße 1\n20095 Hamburg');
  await shot('billing-details');
  await dialog.getByLabel('VAT number').fill('FR12345');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByRole('alert').waitFor();
  await shot('billing-details-refused');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
}

async function setUpTopUp(page: Page, shot: () => Promise<void>): Promise<void> {
  const button = page.getByRole('region', { name: 'Automatic top-up' }).getByRole('button', { name: 'Set up' });
  if ((await button.count()) === 0) return;
  await button.click();
  await shot();
  await page.getByRole('button', { name: 'Leave it off' }).click();
}

/** The question before an upgrade, and before the end of the plan; neither is answered with yes. */
async function changePlan(page: Page, shot: Shot): Promise<void> {
  const main = page.getByRole('main', { name: 'Plans' });
  const yearly = main.getByRole('radio', { name: 'Yearly' });
  if ((await yearly.count()) > 0) {
    await yearly.click();
    await shot('plans-yearly');
    await main.getByRole('radio', { name: 'Monthly' }).click();
  }
  for (const [button, name] of [
    [/^Upgrade to /, 'upgrade'],
    ['Cancel', 'cancel'],
  ] as const) {
    const found = main.getByRole('button', { name: button }).first();
    if ((await found.count()) === 0) continue;
    await found.click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Balance then').waitFor();
    await shot(name);
    await dialog.getByRole('button', { name: 'Leave it as it is' }).click();
  }
}
