/** A refund that was not made after all, when the grant that it had come from is forgotten: its credit comes back under another name, and goes back with the same money. */
import { describe, expect, it, test } from 'vitest';
import { decodeEntry, encodeEntry, type Policy } from '../../../shared/credits/index.ts';
import { EPOCH } from '../../../shared/credits/model/instants.ts';
import { artificialStudio, backgroundStudio, generativeSuite, payAsYouGo } from '../../../shared/policies/index.ts';
import { grantNamed, instant, opNamed, units } from '../../quantities.ts';
import { Account, on } from './account.ts';

const reason = 'test';

interface Bought {
  readonly account: Account;
  /** What its invoice and the ledger know. */
  readonly purchase: {
    readonly credits: bigint;
    readonly paid: { readonly minor: bigint; readonly currency: string };
    readonly boughtAt: number;
  };
}

const packs: Readonly<Record<string, { readonly policy: Policy; readonly packId: string | null }>> = {
  'artificial-studio': { policy: artificialStudio({ signUpCredits: null }), packId: 'pack-500' },
  'background-studio': { policy: backgroundStudio({ launchAt: on('2030-01-01') }), packId: 'pack-300' },
  'pay-as-you-go': { policy: payAsYouGo({ trialCredit: null, applyCost: units(1_000n) }), packId: null },
};

function buy(account: Account, opId: string, packId: string | null): void {
  account.do(packId === null ? { kind: 'top-up', opId, amount: 50_000n } : { kind: 'purchase', opId, packId });
}

/** Bought, given back by staff, forgotten behind nine others, and then the provider kept the money. */
function forgotten(id: string): Bought {
  const { policy, packId } = packs[id] ?? { policy: artificialStudio(), packId: 'pack-500' };
  const account = new Account(policy, '2026-11-23T09:00:00Z');
  buy(account, 'bought', packId);
  account.do({ kind: 'refund', opId: opNamed('back'), purchaseOpId: opNamed('bought'), basis: 'goodwill', reason });
  for (let other = 0; other < 9; other += 1) {
    buy(account, `other-${other}`, packId);
    account.do({ kind: 'refund', opId: opNamed(`r-${other}`), purchaseOpId: opNamed(`other-${other}`), basis: 'goodwill', reason });
  }
  expect([...account.state.grants.values(), ...account.state.recent].map((grant) => grant.id)).not.toContain('bought');
  const [entry] = account.entriesOf('granted');
  const [refund] = account.entriesOf('refunded');
  if (entry?.source.kind !== 'purchase' || refund === undefined) throw new Error('It was bought and given back.');
  account.do({ kind: 'refund-refused', opId: opNamed('refused'), refund });
  expect(account.available).toBe(entry.amount);
  return { account, purchase: { credits: entry.amount, paid: entry.source.paid, boughtAt: entry.at } };
}

/** What the ledger says was spent of it. */
const spentOf = (account: Account) =>
  account.entriesOf('settled').reduce((sum, { charged }) => charged.reduce((all, slice) => all + slice.amount, sum), 0n);

describe.each(Object.keys(packs))('%s: credit given anew', (id) => {
  it.each([0, 1, 7])('is taken by the bank with its payment, and what was spent of it, by %i photos, is owed', (photos) => {
    const { account, purchase } = forgotten(id);
    if (photos > 0) account.apply(photos);
    const spent = spentOf(account);
    const receipt = account.do({
      kind: 'refund',
      opId: opNamed('cb'),
      purchaseOpId: opNamed('bought'),
      basis: 'chargeback',
      reason,
      purchase: { ...purchase, spent },
    });
    expect(receipt).toMatchObject({ money: purchase.paid, amount: purchase.credits - spent, shortfall: spent });
    expect(account.wallet()).toMatchObject({ available: 0n, shortfall: spent });
    account.do({ kind: 'dispute-won', opId: opNamed('won'), purchaseOpId: opNamed('bought') });
    expect(account.wallet()).toMatchObject({ available: purchase.credits - spent, shortfall: 0n });
  });

  it('is taken when staff gives the money back, once more', () => {
    const { account, purchase } = forgotten(id);
    account.do({ kind: 'refund', opId: opNamed('again'), purchaseOpId: opNamed('bought'), basis: 'goodwill', reason, purchase });
    expect(account.available).toBe(0n);
  });

  it('is awaited from work that holds it, and a customer waits for that work', () => {
    const { account, purchase } = forgotten(id);
    const [holdId = ''] = account.hold(1);
    const asked = { kind: 'refund', opId: opNamed('own'), purchaseOpId: opNamed('bought'), basis: 'policy', reason, purchase } as const;
    expect(account.refusal(asked)).toMatchObject({ why: 'held' });
    account.do({ ...asked, opId: opNamed('staff'), basis: 'goodwill' });
    account.do({ kind: 'release', holdId, cause: 'failed', reason });
    expect(account.available).toBe(0n);
  });

  it('is forgotten in its turn, and comes back with the same name of its payment', () => {
    const { account, purchase } = forgotten(id);
    account.do({ kind: 'refund', opId: opNamed('again'), purchaseOpId: opNamed('bought'), basis: 'goodwill', reason, purchase });
    const refund = account.entriesOf('refunded').at(-1);
    if (refund === undefined) throw new Error('It was given back.');
    account.do({ kind: 'refund-refused', opId: opNamed('no'), refund });
    account.do({
      kind: 'refund',
      opId: opNamed('cb'),
      purchaseOpId: opNamed('bought'),
      basis: 'chargeback',
      reason,
      purchase: { ...purchase, spent: 0n },
    });
    expect(account.wallet()).toMatchObject({ available: 0n, shortfall: 0n });
  });
});

test('credit of a plan comes back under the name of the period that it was taken from, and goes with that one’s payment', () => {
  const account = new Account(generativeSuite(), '2026-03-01');
  account.do({ kind: 'subscribe', opId: 'month', plan: 'plus' });
  const { start, end } = account.state.subscription?.period ?? { start: EPOCH, end: EPOCH };
  account.do({ kind: 'change-plan', opId: 'year', interval: 'year' });
  const returned = { kind: 'return-plan', carries: true, spent: {}, reason } as const;
  const month = { paymentOpId: 'month', paid: { minor: 1200n, currency: 'USD' }, period: { start, end } } as const;
  // 12.00 of the 86.40 of the year: 14 of its first 100 credits.
  expect(account.do({ ...returned, ...month, opId: 'back', basis: 'goodwill' })).toMatchObject({ amount: 14n });
  account.apply(86);
  for (let other = 0; other < 9; other += 1) {
    account.do({ kind: 'purchase', opId: `other-${other}`, packId: 'pack-100' });
    account.do({ kind: 'refund', opId: `r-${other}`, purchaseOpId: `other-${other}`, basis: 'goodwill', reason });
  }
  const [refund] = account.entriesOf('refunded');
  if (refund === undefined) throw new Error('It was given back.');
  account.do({ kind: 'refund-refused', opId: 'refused', refund });
  expect(account.entriesOf('granted').at(-1)).toMatchObject({ amount: 14n, source: { kind: 'admin', of: 'year' } });
  const year = {
    paymentOpId: 'year',
    paid: { minor: 7440n, currency: 'USD' },
    period: account.state.subscription?.period ?? { start, end },
  };
  expect(account.do({ ...returned, ...year, opId: 'bank', basis: 'chargeback' })).toMatchObject({ amount: 14n });
  expect(account.available).toBe(0n);
});

test('so does credit that work under way gave back after its payment had gone', () => {
  const account = new Account(generativeSuite(), '2026-03-01');
  account.do({ kind: 'subscribe', opId: 'month', plan: 'max' });
  const { start, end } = account.state.subscription?.period ?? { start: 0, end: 0 };
  account.at('2026-03-02').do({ kind: 'change-plan', opId: 'year', interval: 'year' });
  account.hold(Number(account.available));
  const month = { paymentOpId: 'month', paid: { minor: 3900n, currency: 'USD' }, period: { start, end } } as const;
  const returned = account.do({ kind: 'return-plan', opId: 'back', basis: 'goodwill', carries: true, spent: {}, reason, ...month });
  // A year later nobody has resolved it, and both periods' credit is forgotten.
  account.at('2027-03-03').sweep();
  for (let other = 0; other < 9; other += 1) {
    account.do({ kind: 'purchase', opId: `other-${other}`, packId: 'pack-100' });
    account.do({ kind: 'refund', opId: `r-${other}`, purchaseOpId: `other-${other}`, basis: 'goodwill', reason });
  }
  const [refund, ...later] = account.entriesOf('refunded');
  if (refund === undefined) throw new Error('It was given back.');
  const takenSince = later.flatMap(({ follows, slices }) => (follows?.refund === refund.opId ? slices : []));
  const awaited = (refund.stood ?? []).map(({ period, awaited: credit = 0n }) => [period, credit]);
  account.do({ kind: 'refund-refused', opId: 'refused', refund, takenSince });
  const anew = account.entriesOf('granted').flatMap(({ source, amount }) => (source.kind === 'admin' ? [[source.of, amount]] : []));
  expect(returned).toMatchObject({ awaited: takenSince.reduce((sum, { amount }) => sum + amount, 0n) });
  expect(awaited.map(([period]) => period)).toEqual(['month', 'year']);
  expect(anew).toEqual(awaited);
});

test('what a dispute took of a later period is there again when it is won, and pays nobody’s debt', () => {
  const account = new Account(generativeSuite(), '2026-03-01');
  account.do({ kind: 'subscribe', opId: 'plus', plan: 'plus', interval: 'year' });
  const plus = account.state.subscription?.period ?? { start: 0, end: 0 };
  account.do({ kind: 'change-plan', opId: 'max', plan: 'max', interval: 'year' });
  const max = account.state.subscription?.period ?? { start: 0, end: 0 };
  const own = account.state.paidPeriods[opNamed('max')]?.own ?? 0n;
  const back = { kind: 'return-plan', basis: 'chargeback', carries: true, spent: {}, reason } as const;
  const before = account.available;
  account.do({ ...back, opId: 'bank', paymentOpId: 'plus', paid: { minor: 8640n, currency: 'USD' }, period: plus });
  const taken = before - account.available;
  expect(taken).toBeGreaterThan(0n);
  account.apply(Number(account.available));
  account.do({ ...back, opId: 'bank-2', paymentOpId: 'max', paid: { minor: own, currency: 'USD' }, period: max });
  const { shortfall } = account.wallet();
  expect(shortfall).toBeGreaterThan(0n);
  account.do({ kind: 'dispute-won', opId: 'won', purchaseOpId: 'plus', restores: { start: plus.start } });
  expect(account.wallet()).toMatchObject({ available: taken, shortfall });
});

test('what is left of a payment takes all that it was the price of, though another period began since', () => {
  const account = new Account(
    artificialStudio({ signUpCredits: null, planCredits: { starter: units(50n), creator: units(200n) } }),
    '2026-03-01',
  );
  account.do({ kind: 'subscribe', opId: 'year', plan: 'starter', interval: 'year' });
  const { start, end } = account.state.subscription?.period ?? { start: EPOCH, end: EPOCH };
  const payment = {
    paymentOpId: 'year',
    paid: { minor: 9000n, currency: 'USD' },
    period: { start, end },
    carries: true,
    spent: {},
  } as const;
  const ninth = { minor: 990n, currency: 'USD' } as const;
  account.do({ kind: 'return-plan', opId: 'staff', basis: 'goodwill', reason, money: ninth, ...payment });
  account.at(end - 60_000).do({ kind: 'change-plan', opId: 'up', plan: 'creator', interval: 'year' });
  // 80.10 are kept, for 534 credits, of which the last minute gave one back.
  expect(account.available).toBe(733n);
  account.apply(1, { kind: 'tool', tool: 'video' });
  account.do({ kind: 'return-plan', opId: 'bank', basis: 'chargeback', reason, ...payment });
  expect(account.wallet()).toMatchObject({ available: 200n, shortfall: 200n });
});

test('of a period that is over the credit of other money stays when its own payment goes back, and goes with that money', () => {
  const account = new Account(
    artificialStudio({ signUpCredits: null, planCredits: { starter: units(50n), enterprise: units(2000n) } }),
    '2026-03-01',
  );
  account.do({ kind: 'subscribe', opId: 'year', plan: 'starter', interval: 'year' });
  const year = account.state.subscription?.period ?? { start: EPOCH, end: EPOCH };
  account.apply(1, { kind: 'tool', tool: 'music' });
  account.do({ kind: 'change-plan', opId: 'month', plan: 'enterprise', interval: 'month' });
  const month = account.state.subscription?.period ?? { start: EPOCH, end: EPOCH };
  account.do({ kind: 'cancel-plan', opId: 'cancel' });
  account.at(month.end + 1).sweep();
  const before = account.available;
  const back = { kind: 'return-plan', basis: 'chargeback', carries: true, spent: {}, reason } as const;
  const own = account.state.paidPeriods[opNamed('month')]?.own ?? 0n;
  account.do({ ...back, opId: 'bank', paymentOpId: 'month', paid: { minor: own, currency: 'USD' }, period: month });
  // 199.00 for 2,000 credits: what was not carried into it goes.
  const gone = (2000n * own + 19_899n) / 19_900n;
  expect(account.available).toBe(before - gone);
  account.do({ ...back, opId: 'bank-2', paymentOpId: 'year', paid: { minor: 9000n, currency: 'USD' }, period: year });
  expect(account.available).toBeLessThanOrEqual(10n);
  account.do({ kind: 'dispute-won', opId: 'won', purchaseOpId: 'month', restores: { start: month.start } });
  expect(account.available).toBeLessThanOrEqual(gone + 10n);
});

test('a dispute about more grants than the state remembers gives all of them back', () => {
  const account = new Account(artificialStudio({ signUpCredits: null, planCredits: { starter: units(50n) } }), '2026-03-01');
  account.do({ kind: 'subscribe', opId: 'year', plan: 'starter', interval: 'year' });
  const { start, end } = account.state.subscription?.period ?? { start: EPOCH, end: EPOCH };
  account.at('2027-02-15').sweep();
  const payment = {
    paymentOpId: 'year',
    paid: { minor: 9000n, currency: 'USD' },
    period: { start, end },
    carries: true,
    spent: {},
  } as const;
  expect(account.do({ kind: 'return-plan', opId: 'bank', basis: 'chargeback', reason, ...payment })).toMatchObject({ amount: 600n });
  account.do({ kind: 'dispute-won', opId: 'won', purchaseOpId: 'year', restores: { start } });
  expect(account.available).toBe(600n);
});

test('an entry of before that does not name its payment is read as it was', () => {
  const entry = {
    opId: opNamed('a'),
    at: instant(1),
    kind: 'granted',
    grantId: grantNamed('a'),
    bucket: 'b',
    amount: units(5n),
    effectiveAt: instant(1),
    expiresAt: null,
    source: { kind: 'admin', reason: 'a refund was not made after all' },
  } as const;
  expect(decodeEntry(encodeEntry(entry))).toEqual({ ok: true, value: entry });
  const named = { ...entry, source: { ...entry.source, of: opNamed('bought') } };
  expect(decodeEntry(encodeEntry(named))).toEqual({ ok: true, value: named });
});
