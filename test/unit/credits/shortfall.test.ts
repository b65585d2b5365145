/** What a chargeback left as a debt can be settled, and then is gone. */
import { describe, expect, it, test } from 'vitest';
import { type AccountState, alertText, type Command, effectOnAvailable, postings } from '../../../shared/credits/index.ts';
import { backgroundStudio } from '../../../shared/policies/index.ts';
import { opNamed, units } from '../../quantities.ts';
import { Account, on } from './account.ts';

const policy = backgroundStudio({ launchAt: on('2030-01-01') });
const byNext = { ...policy, shortfall: 'next-payment' } as const;
const buy = (account: Account, opId: string) => account.do({ kind: 'purchase', opId, packId: 'pack-300' });
const back = (purchaseOpId: string): Command => ({
  kind: 'refund',
  opId: opNamed(`cb-${purchaseOpId}`),
  purchaseOpId: opNamed(purchaseOpId),
  basis: 'chargeback',
  reason: 'bank',
});
const won = (purchaseOpId: string): Command => ({
  kind: 'dispute-won',
  opId: opNamed(`won-${purchaseOpId}`),
  purchaseOpId: opNamed(purchaseOpId),
});

/** 300 bought, 100 used, and the payment taken back: 100 are owed. */
function owing(terms = policy as typeof policy): Account {
  const account = new Account(terms, '2026-11-05');
  buy(account, 'one');
  account.apply(100);
  account.do(back('one'));
  return account;
}
const alerts = (account: Account) => account.wallet().alerts.filter(({ kind }) => kind === 'shortfall');
/** What the double entry says is owed. */
const recorded = (account: Account): bigint =>
  account.entries.flatMap(postings).reduce((sum, { account: name, amount }) => (name === 'shortfall:owed' ? sum + amount : sum), 0n);

describe('by staff', () => {
  it.each([
    ['a part', 40n, 60n],
    ['all of it', 100n, 0n],
  ])('takes credit for %s', (_, amount, left) => {
    const account = owing();
    buy(account, 'two');
    account.do({ kind: 'take-back', opId: 't', bucket: 'purchased', amount, reason: 'for the first pack' });
    expect(account.wallet()).toMatchObject({ available: 300n - amount, shortfall: left });
    expect(alerts(account)).toHaveLength(left === 0n ? 0 : 1);
    expect(recorded(account)).toBe(left);
  });
  it('takes more than is owed: the rest is an ordinary adjustment', () => {
    const account = owing();
    buy(account, 'two');
    account.do({ kind: 'take-back', opId: 't', bucket: 'purchased', amount: 130n, reason: 'x' });
    expect(account.wallet()).toMatchObject({ available: 170n, shortfall: 0n });
    const own = account.entries.filter((entry) => entry.opId === 't');
    expect(own.map((entry) => [entry.kind, effectOnAvailable(entry)])).toEqual([
      ['shortfall-settled', -100n],
      ['refunded', -30n],
    ]);
  });
  it('strikes it: no credit moves', () => {
    const account = owing();
    expect(account.do({ kind: 'strike-shortfall', opId: 's', reason: 'paid by transfer' })).toEqual({
      kind: 'shortfall-settled',
      settled: 100n,
      left: 0n,
    });
    expect(account.wallet()).toMatchObject({ available: 0n, shortfall: 0n });
    expect([alerts(account), recorded(account)]).toEqual([[], 0n]);
  });
  it('strikes at most what is owed, more than nothing, and nothing where nothing is owed', () => {
    const account = owing();
    for (const amount of [0n, -1n, 101n])
      expect(account.refusal({ kind: 'strike-shortfall', opId: 's', amount, reason: 'x' })).toMatchObject({
        code: 'invalid_amount',
        most: 100n,
      });
    account.do({ kind: 'strike-shortfall', opId: 's', amount: 60n, reason: 'x' });
    account.do({ kind: 'strike-shortfall', opId: 's2', reason: 'x' });
    expect(account.refusal({ kind: 'strike-shortfall', opId: 's3', reason: 'x' }).code).toBe('not_found');
  });
  it('where the policy says staff, the next payment settles nothing', () => {
    const account = owing();
    expect(buy(account, 'two')).toMatchObject({ kind: 'granted' });
    expect(account.wallet()).toMatchObject({ available: 300n, shortfall: 100n });
  });
});

describe('by the next payment, where the policy says so', () => {
  it('gives up that much at once, and says so', () => {
    const account = owing(byNext);
    expect(buy(account, 'two')).toMatchObject({ gaveUp: 100n, grant: { amount: 300n } });
    expect(account.wallet()).toMatchObject({ available: 200n, shortfall: 0n });
    expect(alerts(account)).toEqual([]);
  });
  it('takes several payments when one is too small', () => {
    const account = new Account(byNext, '2026-11-05', { plan: 'professional', slots: 0 });
    account.do({ kind: 'purchase', opId: 'one', packId: 'pack-250' });
    account.apply(120);
    account.do(back('one'));
    const gaveUp = ['two', 'three', 'four'].map((opId) => {
      const receipt = account.do({ kind: 'purchase', opId, packId: 'pack-50' });
      return receipt.kind === 'granted' ? (receipt.gaveUp ?? 0n) : -1n;
    });
    expect(gaveUp).toEqual([50n, 50n, 20n]);
    expect(account.wallet()).toMatchObject({ available: 30n, shortfall: 0n });
  });
});

describe('the dispute is won afterwards', () => {
  it.each(['taken', 'next payment', 'struck', 'part taken, part struck', 'open'])(
    '%s: exactly what was taken comes back, never twice',
    (how) => {
      const account = owing(how === 'next payment' ? byNext : policy);
      if (how !== 'next payment') buy(account, 'two');
      else buy(account, 'two');
      if (how === 'taken') account.do({ kind: 'take-back', opId: 't', bucket: 'purchased', amount: 100n, reason: 'x' });
      if (how === 'part taken, part struck') account.do({ kind: 'take-back', opId: 't', bucket: 'purchased', amount: 30n, reason: 'x' });
      if (how.includes('struck')) account.do({ kind: 'strike-shortfall', opId: 's', reason: 'x' });
      account.do(won('one'));
      // 200 that were left of the first pack, and all 300 of the second.
      expect(account.wallet()).toMatchObject({ available: 500n, shortfall: 0n });
      expect(recorded(account)).toBe(0n);
      expect(account.refusal(won('one')).code).toBe('not_found');
      expect(account.available).toBe(500n);
    },
  );

  it('when the payment that settled it was taken back too: its own debt comes first', () => {
    const account = owing(byNext);
    buy(account, 'two');
    account.do(back('two'));
    // 200 were taken; the 100 that had settled the first debt are owed for the second.
    expect(account.wallet()).toMatchObject({ available: 0n, shortfall: 100n });
    account.do(won('one'));
    expect(account.wallet()).toMatchObject({ available: 200n, shortfall: 0n });
    account.do(won('two'));
    expect(account.wallet()).toMatchObject({ available: 500n, shortfall: 0n });
    expect(recorded(account)).toBe(0n);
  });
});

test('two debts: the older one is settled first, and each dispute remembers its own', () => {
  const account = owing();
  buy(account, 'two');
  account.apply(50);
  account.do(back('two'));
  expect(account.wallet().shortfall).toBe(150n);
  buy(account, 'three');
  account.do({ kind: 'take-back', opId: 't', bucket: 'purchased', amount: 120n, reason: 'x' });
  const owed = ({ disputes }: AccountState) => Object.values(disputes).map(({ shortfall }) => shortfall);
  expect(owed(account.state)).toEqual([0n, 30n]);
  account.do(won('two'));
  expect(account.wallet()).toMatchObject({ available: 180n + 250n + 20n, shortfall: 0n });
});

test.each([
  [1n, 0n, '1 credit was used from a payment that was taken back.'],
  [10n, 0n, '10 credits were used from a payment that was taken back.'],
  [0n, 1n, '1 credit of a payment that was taken back is held by work under way, and will go when it ends.'],
  [
    2n,
    3n,
    '2 credits were used from a payment that was taken back. 3 credits of a payment that was taken back are held by work under way, and will go when it ends.',
  ],
])('%s used and %s held reads: %s', (amount, held, words) =>
  expect(alertText({ kind: 'shortfall', level: 'critical', amount: units(amount), held: units(held) }, policy, 'UTC')).toBe(words),
);
