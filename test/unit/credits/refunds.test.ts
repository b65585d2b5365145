import { describe, expect, it } from 'vitest';
import { effectOnAvailable } from '../../../shared/credits/index.ts';
import { generativeSuite, payAsYouGo } from '../../../shared/policies/index.ts';
import { units } from '../../quantities.ts';
import { Account } from './account.ts';

const policy = payAsYouGo({ trialCredit: null, applyCost: units(10_000n) });
/** EUR 5.00 bought, three photos at EUR 1.00 applied. */
function spent(): Account {
  const account = new Account(policy, '2026-11-23');
  account.do({ kind: 'top-up', opId: 'bought', amount: 50_000n });
  account.apply(3);
  return account;
}
const chargeback = { kind: 'refund', opId: 'cb', purchaseOpId: 'bought', basis: 'chargeback', reason: 'bank' } as const;

describe('a chargeback', () => {
  it('takes what is left and records what is not', () => {
    const account = spent();
    expect(account.do(chargeback)).toEqual({
      kind: 'refunded',
      money: { minor: 500n, currency: 'EUR' },
      amount: 20_000n,
      shortfall: 30_000n,
    });
    expect(account.wallet()).toMatchObject({ available: 0n, shortfall: 30_000n });
    expect(account.wallet().alerts[0]).toMatchObject({ level: 'critical' });
    expect(account.wallet().alerts).toContainEqual({ kind: 'shortfall', level: 'critical', amount: 30_000n });
  });
  it('is struck when the dispute is won', () => {
    const account = spent();
    account.do(chargeback);
    const receipt = account.do({ kind: 'dispute-won', opId: 'won', purchaseOpId: 'bought' });
    expect(receipt).toEqual({ kind: 'dispute-won', money: { minor: 500n, currency: 'EUR' } });
    expect(account.wallet()).toMatchObject({ available: 20_000n, shortfall: 0n });
    const moved = account.entries.filter(({ kind }) => kind === 'refunded' || kind === 'dispute-won');
    expect(moved.map(effectOnAvailable)).toEqual([-20_000n, 20_000n]);
  });
  it('cannot be won twice, and may come again', () => {
    const account = spent();
    account.do(chargeback);
    account.do({ kind: 'dispute-won', opId: 'won', purchaseOpId: 'bought' });
    expect(account.refusal({ kind: 'dispute-won', opId: 'won2', purchaseOpId: 'bought' }).code).toBe('not_found');
    expect(account.do({ ...chargeback, opId: 'cb2' })).toMatchObject({ amount: 20_000n });
  });
  it('never leaves a negative, with later top-ups either', () => {
    const account = spent();
    account.do(chargeback);
    account.do({ kind: 'top-up', opId: 'more', amount: 50_000n });
    expect(account.wallet()).toMatchObject({ available: 50_000n, shortfall: 30_000n });
  });
  it('after a refund in full there is nothing to take', () => {
    const account = new Account(policy, '2026-11-23');
    account.do({ kind: 'top-up', opId: 'bought', amount: 50_000n });
    account.do({ ...chargeback, basis: 'policy', opId: 'r' });
    expect(account.refusal(chargeback)).toEqual({ code: 'not_refundable', why: 'already-refunded' });
  });
});

describe('a purchase that left the hot state', () => {
  const old = () => {
    const account = new Account(policy, '2026-11-23');
    account.do({ kind: 'top-up', opId: 'bought', amount: 50_000n });
    account.apply(5);
    for (let n = 0; n < 9; n += 1) {
      account.do({ kind: 'top-up', opId: `later-${n}`, amount: 50_000n });
      account.apply(5);
    }
    expect(account.state.recent.some((grant) => grant.id === 'bought')).toBe(false);
    return account;
  };
  const purchase = { credits: 50_000n, paid: { minor: 500n, currency: 'EUR' } };
  it('is not found without its invoice', () => expect(old().refusal(chargeback)).toEqual({ code: 'not_found', what: 'bought' }));
  it('is used up, as far as an ordinary refund goes', () => {
    expect(old().refusal({ ...chargeback, basis: 'policy', purchase })).toEqual({ code: 'not_refundable', why: 'used' });
  });
  it('has nothing left to take back when it was refunded before', () => {
    const account = new Account(policy, '2026-11-23');
    account.do({ kind: 'top-up', opId: 'bought', amount: 50_000n });
    account.do({ ...chargeback, basis: 'policy', opId: 'r' });
    for (let n = 0; n < 9; n += 1) {
      account.do({ kind: 'top-up', opId: `later-${n}`, amount: 50_000n });
      account.apply(5);
    }
    expect(account.state.recent.some((grant) => grant.id === 'bought')).toBe(false);
    expect(account.refusal({ ...chargeback, purchase })).toEqual({ code: 'not_refundable', why: 'already-refunded' });
  });
  it('is owed in full after a chargeback, once', () => {
    const account = old();
    expect(account.do({ ...chargeback, purchase })).toMatchObject({ money: { minor: 500n }, amount: 0n, shortfall: 50_000n });
    expect(account.refusal({ ...chargeback, opId: 'cb2', purchase })).toEqual({ code: 'not_refundable', why: 'already-refunded' });
    account.do({ kind: 'dispute-won', opId: 'won', purchaseOpId: 'bought' });
    expect(account.wallet().shortfall).toBe(0n);
  });
});

describe('case by case', () => {
  it('money for credit that is used already', () => {
    const account = spent();
    expect(account.do({ ...chargeback, basis: 'goodwill', money: { minor: 450n, currency: 'EUR' } })).toMatchObject({
      money: { minor: 450n },
      amount: 20_000n,
      shortfall: 0n,
    });
  });
  it('where the policy itself refunds nothing', () => {
    const account = new Account(generativeSuite(), '2026-11-23', { plan: 'plus' });
    account.do({ kind: 'purchase', opId: 'bought', packId: 'pack-100' });
    expect(account.refusal({ ...chargeback, basis: 'policy' })).toEqual({ code: 'not_refundable', why: 'window-closed' });
    expect(account.do({ ...chargeback, basis: 'goodwill' })).toMatchObject({ money: { minor: 1200n, currency: 'USD' }, amount: 100n });
  });
});
