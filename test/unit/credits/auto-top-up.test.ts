import { describe, expect, it } from 'vitest';
import { autoTopUpDue } from '../../../shared/credits/index.ts';
import { payAsYouGo } from '../../../shared/policies/index.ts';
import { opNamed, units } from '../../quantities.ts';
import { Account, DAY } from './account.ts';

const policy = payAsYouGo({ trialCredit: null, applyCost: units(10_000n) });
const settings = { below: 20_000n, packId: null, amount: 50_000n, monthlyCap: { minor: 1200n, currency: 'EUR' } } as const;

/** EUR 5.00, automatic top-up of 5.00 below 2.00, at most 12.00 a month. */
function guarded(): Account {
  const account = new Account(policy, '2026-11-23');
  account.do({ kind: 'top-up', opId: 'first', amount: 50_000n });
  account.do({ kind: 'set-auto-top-up', opId: 'set', settings });
  return account;
}
const due = (account: Account) => autoTopUpDue(policy, account.state, opNamed('auto'), account.now);
const buy = (account: Account) => {
  const command = due(account);
  if (command === null) throw new Error('nothing is due');
  account.do({ ...command, ...('opId' in command ? { opId: account.nextId() } : {}) });
};

describe('automatic top-up', () => {
  it('is off until it is turned on', () => {
    expect(due(new Account(policy, '2026-11-23'))).toBe(null);
  });
  it('waits until the balance is below the threshold', () => {
    const account = guarded();
    account.apply(3);
    expect(due(account)).toBe(null);
    account.apply(1);
    expect(due(account)).toEqual({ kind: 'top-up', opId: 'auto', amount: 50_000n, automatic: true });
    buy(account);
    expect([account.available, due(account)]).toEqual([60_000n, null]);
  });
  it('stops at the month’s cap and begins again with the next month', () => {
    const account = guarded();
    account.apply(4);
    buy(account);
    account.apply(5);
    buy(account);
    account.apply(5);
    expect(due(account)).toBe(null);
    expect(account.refusal({ kind: 'top-up', opId: 'x', amount: 50_000n, automatic: true })).toEqual({
      code: 'not_offered',
      what: 'more automatic top-ups this month',
    });
    account.at('2026-12-01');
    expect(due(account)).not.toBe(null);
  });
  it('tries once for a trigger: after a decline the balance has to move, and a while has to pass', () => {
    const account = guarded();
    account.apply(4);
    account.do({ kind: 'auto-top-up-declined', opId: 'no' });
    expect(due(account)).toBe(null);
    account.at(account.now + DAY);
    expect(due(account)).toBe(null);
    account.apply(1);
    expect(due(account)).not.toBe(null);
  });
  it('waits twice as long after a second decline, and is off after a third', () => {
    const account = guarded();
    account.apply(3);
    account.do({ kind: 'auto-top-up-declined', opId: 'no' });
    account.at(account.now + DAY).apply(1);
    account.do({ kind: 'auto-top-up-declined', opId: 'no2' });
    expect(account.state.autoTopUp?.retryAt).toBe(account.now + 2 * DAY);
    account.do({ kind: 'auto-top-up-declined', opId: 'no3' });
    expect(account.state.autoTopUp).toBe(null);
  });
  it('can be turned off', () => {
    const account = guarded();
    account.apply(4);
    account.do({ kind: 'set-auto-top-up', opId: 'off', settings: null });
    expect(due(account)).toBe(null);
    expect(account.refusal({ kind: 'top-up', opId: 'x', amount: 50_000n, automatic: true }).code).toBe('not_offered');
  });
  it.each([
    ['no threshold', { ...settings, below: 0n }, 'invalid_amount'],
    ['less than the minimum', { ...settings, amount: 10_000n }, 'below_minimum'],
    ['a fraction of a cent', { ...settings, amount: 50_001n }, 'invalid_amount'],
    ['another currency', { ...settings, monthlyCap: { minor: 1n, currency: 'USD' } }, 'currency_mismatch'],
    ['neither pack nor amount', { ...settings, amount: null }, 'invalid_amount'],
    ['a pack where there is none', { ...settings, amount: null, packId: 'pack-50' }, 'unknown_pack'],
  ])('refuses %s', (_, wrong, code) => {
    expect(new Account(policy, '2026-11-23').refusal({ kind: 'set-auto-top-up', opId: 's', settings: wrong }).code).toBe(code);
  });
});
