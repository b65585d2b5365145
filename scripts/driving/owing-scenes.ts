/** What is owed and what is kept: a purchase on account that is refused, an account that has to pay elsewhere, money of an earlier plan. */
import { randomUUID } from 'node:crypto';
import type { AccountWish } from '../../test/e2e/company-server.ts';
import { moneyPagesOf } from '../../test/e2e/pages/money-pages.ts';
import { openScene, type Stage } from './scene.ts';

const contract: AccountWish = { plan: 'professional-plus', slots: 12 };

/** Each in an account and an app of its own. */
export async function owingScenes(set: Stage): Promise<void> {
  await limitReached(set);
  await nothingOnAccount(set);
  await carriedMoney(set);
}

/** The first pack is within the limit, the second is not. */
async function limitReached(set: Stage): Promise<void> {
  const account = await set.server.openAccount({ ...contract, onAccount: { limit: '30.00' } });
  await set.server.as(account, 'POST', '/v1/purchases', { opId: randomUUID(), packId: 'pack-100' });
  const scene = await openScene(set, 'limit', account);
  await scene.frame.buyMore();
  await moneyPagesOf(scene.page).packs.first().waitFor();
  await scene.page.getByRole('button', { name: /^Buy 100 credits/ }).click();
  await scene.page.getByText(/Nothing was charged or granted/).waitFor();
  for (const theme of ['dark', 'light'] as const) {
    await scene.theme(theme);
    await scene.shot(`72-on-account-limit-${theme}`);
  }
  await scene.close();
}

async function nothingOnAccount(set: Stage): Promise<void> {
  const scene = await openScene(set, 'not-on-account', await set.server.openAccount({ ...contract, onAccount: { limit: '0' } }));
  await scene.frame.buyMore();
  await scene.page.getByText(/does not buy on account/).waitFor();
  await scene.shot('72-on-account-none');
  await scene.close();
}

/** Paid for a year, and then by the month (GS-12). */
async function carriedMoney(set: Stage): Promise<void> {
  const account = await set.server.openAccount({ policy: 'artificial-studio', plan: 'pro', interval: 'year' });
  const change = { opId: randomUUID(), action: 'change', interval: 'month' };
  await set.server.admin('POST', `/v1/admin/accounts/${account.accountId}/subscription`, change);
  const scene = await openScene(set, 'carried', account);
  await scene.frame.goTo('Wallet');
  await scene.page.getByText(/kept for the next bills$/).scrollIntoViewIfNeeded();
  await scene.shot('72-carried-wallet');
  await scene.frame.goTo('Plans');
  await scene.page.getByText(/of an earlier plan is kept for you/).waitFor();
  await scene.shot('72-carried-plans');
  await scene.page
    .getByRole('main', { name: 'Plans' })
    .getByRole('button', { name: /^Upgrade to / })
    .first()
    .click();
  await scene.page.getByRole('dialog').getByText('Balance then').waitFor();
  await scene.shot('72-carried-upgrade');
  await scene.close();
}
