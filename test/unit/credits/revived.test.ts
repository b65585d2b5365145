/** PG-12: credit that lapsed only because another top-up had gone back lives again when that one stands again, as far as its own money is still here. */
import { describe, expect, it } from 'vitest';
import { payAsYouGo } from '../../../shared/policies/index.ts';
import { units } from '../../quantities.ts';
import { Account } from './account.ts';

const reason = 'test';

/** A top-up whose balance lapsed in January because the one of March had been charged back; both of 5.00. */
function lapsed(): { account: Account; older: string; newer: string } {
  const account = new Account(payAsYouGo({ trialCredit: null }), '2027-01-10');
  const [older, newer] = [account.nextId(), account.nextId()];
  account.do({ kind: 'top-up', opId: older, amount: 50_000n });
  account.at('2027-03-10').do({ kind: 'top-up', opId: newer, amount: 50_000n });
  account.do({ kind: 'refund', opId: account.nextId(), purchaseOpId: newer, basis: 'chargeback', reason });
  account.at('2028-01-15').sweep();
  expect(account.available).toBe(0n);
  return { account, older, newer };
}

const win = (account: Account, purchaseOpId: string) => account.do({ kind: 'dispute-won', opId: account.nextId(), purchaseOpId });

describe('PG-12: what lapsed with a top-up that went back', () => {
  it('lives again when that one stands again', () => {
    const { account, newer } = lapsed();
    win(account, newer);
    expect(account.available).toBe(100_000n);
  });

  it('does not when its own money went back meanwhile', () => {
    const { account, older, newer } = lapsed();
    account.do({ kind: 'refund', opId: account.nextId(), purchaseOpId: older, basis: 'chargeback', reason });
    win(account, newer);
    expect(account.available).toBe(50_000n);
  });

  it('does in part when part of its own money went back', () => {
    const { account, older, newer } = lapsed();
    const money = { minor: 200n, currency: 'EUR' };
    account.do({ kind: 'refund', opId: account.nextId(), purchaseOpId: older, basis: 'goodwill', money, reason });
    win(account, newer);
    expect(account.available).toBe(50_000n + 30_000n);
  });

  it('follows the clock again, though work had failed in between', () => {
    const account = new Account(payAsYouGo({ applyCost: units(5_000n) }), '2026-11-25');
    const [first, second] = [account.nextId(), account.nextId()];
    account.at('2027-11-24T23:59:00Z').do({ kind: 'top-up', opId: first, amount: 50_000n });
    account.hold(11);
    account.do({ kind: 'refund', opId: account.nextId(), purchaseOpId: first, basis: 'chargeback', reason });
    account.at('2027-11-27').do({ kind: 'top-up', opId: second, amount: 50_000n });
    win(account, first);
    account.do({ kind: 'refund', opId: account.nextId(), purchaseOpId: second, basis: 'chargeback', reason });
    expect(account.available).toBe(55_000n);
    expect(account.wallet('2028-11-24T23:58:59Z').available).toBe(55_000n);
    expect(account.wallet('2028-11-24T23:59:00Z').available).toBe(0n);
  });
});
