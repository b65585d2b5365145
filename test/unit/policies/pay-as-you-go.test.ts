import { describe, expect, it, test } from 'vitest';
import { amountText, formatAmount, priceList } from '../../../shared/credits/index.ts';
import { payAsYouGo } from '../../../shared/policies/index.ts';
import { MODELS } from '../../../shared/policies/operations.ts';
import { grantNamed, units } from '../../quantities.ts';
import { Account, DAY, HOUR, on } from '../credits/account.ts';

const policy = payAsYouGo({ trialCredit: null });
/** Balance units: four decimals of a euro. */
const eur = (text: string): bigint => BigInt(text.replace('.', ''));
const lite = { kind: 'generation', model: MODELS.lite, resolution: '1K', recipe: undefined } as const;
const pro4k = { kind: 'generation', model: MODELS.pro, resolution: '4K', recipe: undefined } as const;

function toppedUp(amount = '5.0000', at = '2026-11-23'): Account {
  const account = new Account(policy, at);
  account.do({ kind: 'top-up', opId: 'first', amount: eur(amount) });
  return account;
}

describe('PG-01: a prepaid balance in euros, exact below a cent', () => {
  it('has no plans and no packs', () => expect([policy.plans, policy.packs, policy.unit]).toEqual([null, null, { code: 'EUR', scale: 4 }]));
  it('3,333 operations of a tenth of a cent come to exactly 3.3330', () => {
    const account = toppedUp();
    for (let done = 0; done < 3333; done += 333) account.apply(Math.min(333, 3333 - done), { kind: 'process', steps: ['resize'] });
    expect(amountText(account.available, policy)).toBe('€1.6670');
  });
});

describe('PG-02: the least that can be bought is EUR 5', () => {
  it.each([
    ['4.9900', 'below_minimum'],
    ['0.0100', 'below_minimum'],
    ['5.0001', 'invalid_amount'],
    ['0.0000', 'invalid_amount'],
    ['10000.0100', 'above_maximum'],
  ])('%s: %s', (amount, code) => {
    const account = new Account(policy, '2026-11-23');
    expect(account.refusal({ kind: 'top-up', opId: 't', amount: eur(amount) }).code).toBe(code);
    expect(account.available).toBe(0n);
  });
  it('5.00 is fine', () => {
    const account = new Account(policy, '2026-11-23');
    expect(account.do({ kind: 'top-up', opId: 't', amount: eur('5.0000') })).toMatchObject({ paid: { minor: 500n, currency: 'EUR' } });
    expect(account.available).toBe(eur('5.0000'));
  });
});

describe('PG-03: a generation deducts what it cost, by model', () => {
  it.each([
    [MODELS.lite, '1K', '0.0050', '0.0100'],
    [MODELS.lite, '4K', '0.0300', '0.0600'],
    [MODELS.pro, '1K', '0.0200', '0.0400'],
    [MODELS.pro, '8K', '0.3500', '0.7000'],
  ])('%s at %s: %s to %s', (model, resolution, least, most) => {
    const quote = toppedUp().quote(1, { ...lite, model, resolution });
    expect([quote.atLeast, quote.total]).toEqual([eur(least), eur(most)]);
  });
  it('an unknown model has no price', () => {
    expect(toppedUp().quote(1, { ...lite, model: 'dream' }).refusal).toEqual({
      code: 'unknown_operation',
      operation: 'generation',
      trait: 'model',
    });
  });
});

describe('PG-04: twenty processing operations, each at a flat cost', () => {
  it('each has its line in the price list', () => {
    const processing = priceList(policy).filter((line) => line.kind === 'process');
    expect(new Set(processing.map((line) => line.traits.tool)).size).toBe(20);
    expect(processing.every((line) => line.min === line.max && line.max > 0n)).toBe(true);
  });
  it('a chain costs the sum of its steps, the same step twice too', () =>
    expect(toppedUp().quote(1, { kind: 'process', steps: ['resize', 'sharpen', 'resize'] }).total).toBe(eur('0.0030')));
  it.each([[['dream']], [['resize', 'dream']], [[]]])('%j has no price', (steps) =>
    expect(toppedUp().quote(1, { kind: 'process', steps }).refusal).toEqual({
      code: 'unknown_operation',
      operation: 'process',
      trait: 'steps',
    }),
  );
});

test('PG-05: the balance is a decimal string with four places', () =>
  expect(formatAmount(toppedUp().available, policy.unit)).toBe('5.0000'));

test('PG-06: every price is listed, approximate ones as a range', () => {
  const lines = priceList(policy).filter((line) => line.kind === 'generation');
  expect(lines).toHaveLength(8);
  expect(lines.every((line) => line.min < line.max)).toBe(true);
});

describe('PG-07: hold the estimate, settle the actual cost, return the rest at once', () => {
  it.each([
    ['0.1200', '0.1200'],
    ['0.1234', '0.1166'],
    ['0.2400', '0.0000'],
  ])('actual %s returns %s', (actual, returned) => {
    const account = toppedUp();
    const [holdId = ''] = account.hold(1, pro4k);
    expect(account.do({ kind: 'settle', holdId, actual: eur(actual) })).toMatchObject({ charged: eur(actual), returned: eur(returned) });
    expect(account.available).toBe(eur('5.0000') - eur(actual));
  });
  it('never more than the hold', () => {
    const account = toppedUp();
    const [holdId = ''] = account.hold(1, pro4k);
    expect(account.refusal({ kind: 'settle', holdId, actual: eur('0.2401') }).code).toBe('invalid_amount');
    expect(account.wallet().held).toBe(eur('0.2400'));
  });
});

test('PG-08: meanwhile the available balance is lower by the hold', () => {
  const account = toppedUp();
  account.hold(1, pro4k);
  expect(account.wallet()).toMatchObject({ available: eur('4.7600'), held: eur('0.2400') });
});

test('PG-09: an accepted generation cannot be cancelled', () => {
  const account = toppedUp();
  const [holdId = ''] = account.hold(1, pro4k);
  expect(account.refusal({ kind: 'release', holdId, cause: 'cancelled', reason: 'changed my mind' })).toEqual({ code: 'cannot_cancel' });
});

test('PG-10: a generation that fails charges nothing', () => {
  const account = toppedUp();
  const [holdId = ''] = account.hold(1, pro4k);
  expect(account.do({ kind: 'release', holdId, cause: 'failed', reason: 'renderer failed' })).toMatchObject({
    charged: 0n,
    returned: eur('0.2400'),
  });
  expect(account.wallet()).toMatchObject({ available: eur('5.0000'), held: 0n });
});

describe('PG-11: trial credit, or none', () => {
  it('as configured', () =>
    expect(new Account(payAsYouGo({ trialCredit: units(1234n) }), '2026-11-23').buckets()).toEqual({ trial: 1234n }));
  it('by default half a euro', () => expect(new Account(payAsYouGo(), '2026-11-23').buckets()).toEqual({ trial: 5000n }));
  it('not at present', () => expect(new Account(policy, '2026-11-23').available).toBe(0n));
  it('once', () => {
    const account = new Account(payAsYouGo(), '2026-11-23');
    account.sweep();
    expect(account.at('2027-06-01').sweep()).toEqual([]);
  });
});

describe('PG-12: the whole balance expires twelve months after the last paid top-up', () => {
  it('a paid top-up resets the clock for all of it, as a fact of its own', () => {
    const account = new Account(payAsYouGo(), '2026-11-23');
    account.do({ kind: 'top-up', opId: 'one', amount: eur('5.0000') });
    account.at('2027-10-01').do({ kind: 'top-up', opId: 'two', amount: eur('7.0000') });
    expect(account.entriesOf('expiry-changed').at(-1)).toMatchObject({
      grantIds: ['one', 'trial'],
      expiresAt: on('2028-10-01'),
      opId: 'two',
    });
    expect(account.buckets('2028-09-30T23:59:59Z')).toEqual({ trial: eur('0.5000'), balance: eur('12.0000') });
    expect(account.buckets('2028-10-01')).toEqual({});
  });
  it('what had lapsed before stays lapsed', () => {
    const account = toppedUp().at('2027-11-23');
    account.do({ kind: 'top-up', opId: 'late', amount: eur('5.0000') });
    expect(account.available).toBe(eur('5.0000'));
    expect(account.entriesOf('expiry-changed')).toEqual([]);
  });
  it('credit that had lapsed and is only in its grace is not revived', () => {
    const account = toppedUp().at('2027-11-22T23:30:00Z');
    const [holdId = ''] = account.hold();
    account.at('2027-11-23T00:30:00Z').do({ kind: 'release', holdId, cause: 'failed', reason: 'x' });
    account.do({ kind: 'top-up', opId: 'late', amount: eur('5.0000') });
    expect(account.available).toBe(eur('5.0500'));
    expect(account.wallet('2027-11-25').available).toBe(eur('5.0000'));
  });
  it('a top-up on 29 February lasts until 28 February', () => {
    expect(toppedUp('5.0000', '2028-02-29').wallet().buckets[1]?.nextExpiry?.at).toBe(on('2029-02-28'));
  });
  it('in the account’s own time zone, over daylight saving', () => {
    const account = new Account(policy, '2027-03-28T00:30:00Z', { timeZone: 'Europe/Berlin' });
    account.do({ kind: 'top-up', opId: 'one', amount: eur('5.0000') });
    // 01:30 in Berlin, which is 23:30 UTC the day before once summer time holds.
    expect(account.wallet().buckets[1]?.nextExpiry?.at).toBe(on('2028-03-28T00:30:00Z') - HOUR);
  });
});

describe('PG-13: trial credit and admin grants do not move the clock', () => {
  it('an admin grant takes the clock as it stands', () => {
    const account = toppedUp();
    account.at('2027-06-01').do({ kind: 'grant', opId: 'gift', bucket: 'balance', amount: 100n, reason: 'sorry' });
    expect(account.entriesOf('expiry-changed')).toEqual([]);
    expect(account.state.grants.get(grantNamed('gift'))?.expiresAt).toBe(on('2027-11-23'));
    expect(account.state.grants.get(grantNamed('first'))?.expiresAt).toBe(on('2027-11-23'));
  });
  it('without any payment each lasts twelve months of its own', () => {
    const account = new Account(payAsYouGo(), '2026-11-23');
    account.at('2027-02-01').do({ kind: 'grant', opId: 'gift', bucket: 'balance', amount: 100n, reason: 'hello' });
    expect(account.buckets('2027-11-23')).toEqual({ balance: 100n });
    expect(account.buckets('2028-02-01')).toEqual({});
  });
});

describe('PG-14: what the balance allows', () => {
  const withBalance = (amount: bigint): Account => {
    const account = new Account(policy, '2026-11-23');
    account.do({ kind: 'grant', opId: 'g', bucket: 'balance', amount, reason: 'test' });
    return account;
  };
  it.each([
    ['0.5000', MODELS.pro, '2K', null],
    ['0.5000', MODELS.lite, '8K', null],
    ['0.4999', MODELS.pro, '1K', 'not_allowed_on_tier'],
    ['0.4999', MODELS.lite, '4K', 'not_allowed_on_tier'],
    ['0.4999', MODELS.lite, '2K', null],
    ['0.0200', MODELS.lite, '2K', null],
    ['0.0199', MODELS.lite, '2K', 'insufficient_credit'],
    ['0.0100', MODELS.lite, '1K', null],
    ['0.0099', MODELS.lite, '1K', 'insufficient_credit'],
    ['0.6000', MODELS.pro, '8K', 'insufficient_credit'],
  ])('%s: %s at %s: %s', (balance, model, resolution, code) => {
    const { refusal } = withBalance(eur(balance)).quote(1, { ...lite, model, resolution });
    expect(refusal?.code ?? null).toBe(code);
  });
  it('a processing step is no matter of tiers', () => {
    const account = withBalance(10n);
    account.apply(1, { kind: 'process', steps: ['crop'] });
    expect(account.available).toBe(0n);
  });
  it('says what tier is needed and the cheapest way there', () => {
    expect(withBalance(eur('0.3000')).quote(1, { ...lite, model: MODELS.pro }).refusal).toEqual({
      code: 'not_allowed_on_tier',
      tier: 'budget',
      available: eur('0.3000'),
      needed: eur('0.5000'),
      remedies: [{ kind: 'top-up', price: { minor: 500n, currency: 'EUR' } }],
    });
  });
  it('says the shortfall and what covers it', () => {
    const { refusal } = withBalance(eur('0.6000')).quote(20, { ...lite, model: MODELS.pro, resolution: '8K' });
    expect(refusal).toMatchObject({
      code: 'insufficient_credit',
      required: eur('14.0000'),
      shortfall: eur('13.4000'),
      remedies: [{ kind: 'top-up', price: { minor: 1340n } }],
    });
  });
});

test('PG-15: payments through Paddle', () => expect(policy.payment[0]).toBe('paddle'));

describe('PG-16: unused credit back within 14 days, used credit not', () => {
  const refund = { kind: 'refund', opId: 'r', purchaseOpId: 'first', basis: 'policy', reason: 'withdrawal' } as const;
  it('all of it when nothing was used', () => {
    const account = toppedUp().at(on('2026-11-23') + 14 * DAY);
    expect(account.do(refund)).toEqual({ kind: 'refunded', money: { minor: 500n, currency: 'EUR' }, amount: eur('5.0000'), shortfall: 0n });
    expect(account.available).toBe(0n);
  });
  it('the unused share, rounded down to the cent, when some was used', () => {
    const account = toppedUp();
    account.apply(1, { kind: 'process', steps: ['crop'] });
    expect(account.do(refund)).toMatchObject({ money: { minor: 499n }, amount: eur('4.9990') });
  });
  it('to the end of the fourteenth day after it, and not a millisecond later', () => {
    expect(
      toppedUp()
        .at(on('2026-11-23') + 15 * DAY)
        .refusal(refund),
    ).toEqual({ code: 'not_refundable', why: 'window-closed' });
  });
  it('not what is used', () => {
    const account = toppedUp();
    account.apply(100);
    expect(account.refusal(refund)).toEqual({ code: 'not_refundable', why: 'used' });
  });
  it('not twice', () => {
    const account = toppedUp();
    account.do(refund);
    expect(account.refusal({ ...refund, opId: 'again' })).toEqual({ code: 'not_refundable', why: 'already-refunded' });
  });
  it('not trial credit', () => {
    const account = new Account(payAsYouGo(), '2026-11-23');
    account.sweep();
    expect(account.refusal({ ...refund, purchaseOpId: 'trial' })).toEqual({ code: 'not_refundable', why: 'not-bought' });
  });
});
