/** What billing does inside the ledger's own transactions: handed to the ledger, which knows nothing of bills. */
import { pinned } from '../../shared/credits/model/versions.ts';
import type { Bills, OnOpened } from '../ledger/hooks.ts';
import { payOutCarried, paysOut } from './carried.ts';
import { loadCustomer } from './customer.ts';
import type { Issuer } from './issuer.ts';
import { allow, limitIn } from './on-account.ts';
import { billOpening, billRenewals, needsBill } from './renewals/bills.ts';

/** Bills what time brings: renewals, and carried money that no bill will use up any more. */
export const billsBy = (issuer: Issuer): Bills => ({
  needed: (entries) => needsBill(entries) || paysOut(entries),
  issue: async (client, { policy, state }, entries) =>
    billRenewals(client, issuer, pinned(policy, state), await loadCustomer(client, state.accountId), entries),
  payOut: async (client, accountId, entries) =>
    paysOut(entries) ? payOutCarried(client, issuer, await loadCustomer(client, accountId), entries) : undefined,
});

/** Writes what a new account may owe, and the bill of a plan that it was opened on. */
export const openingsBilledBy =
  (issuer: Issuer): OnOpened =>
  async (client, { accountId, policy, entries, onAccount }) => {
    const { currency } = policy;
    if (onAccount) await allow(client, accountId, { limit: limitIn(onAccount.limit, currency), currency, overdueUntil: null });
    await billOpening(client, issuer, policy, await loadCustomer(client, accountId), entries);
  };
