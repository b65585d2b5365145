import { describe, expect, it, test } from 'vitest';
import { packOffers } from '../../../shared/credits/index.ts';
import { backgroundStudio, validatePolicy } from '../../../shared/policies/index.ts';
import { grantNamed, units } from '../../quantities.ts';
import { Account, on } from '../credits/account.ts';

/** Before the launch, so that only the month counts unless a test says otherwise. */
const quiet = backgroundStudio({ launchAt: on('2030-01-01') });
const launched = backgroundStudio({ launchAt: on('2026-11-20') });
const plus = { plan: 'professional-plus', slots: 50 } as const;

it('is a valid declaration', () => expect(validatePolicy(launched)).toEqual({ ok: true, value: launched }));

test('ST-01: pressing Apply changes uses one credit per photo', () => {
  const account = new Account(quiet, '2026-11-05', plus);
  account.apply();
  expect(account.available).toBe(499n);
  expect(account.entriesOf('settled').at(-1)?.charged).toMatchObject([{ bucket: 'monthly', amount: 1n }]);
});

describe('ST-02: a background is required, and a refusal costs nothing', () => {
  for (const [name, recipe] of [
    ['a logo without a background', { background: null, logo: 'dealer' }],
    ['a logo and nothing said of the background', { logo: 'dealer' }],
    ['neither background nor logo', { background: null, logo: null }],
    ['an empty background', { background: '', logo: null }],
  ] as const) {
    it(name, () => {
      const account = new Account(quiet, '2026-11-05', plus);
      const seq = account.state.seq;
      expect(account.refusal({ kind: 'hold', atomic: true, operations: account.operations(1, { recipe }) })).toEqual({
        code: 'background_required',
      });
      expect([account.available, account.state.seq]).toEqual([500n, seq]);
      expect(account.quote(1, { recipe }).refusal).toEqual({ code: 'background_required' });
    });
  }
});

describe('ST-03: always exactly one credit per photo', () => {
  for (const [name, recipe] of [
    ['background alone', { background: 'studio' }],
    ['background and logo in one go', { background: 'studio', logo: 'dealer' }],
    ['a background of one’s own, described by an object', { background: { file: 'hall.jpg', blur: 3 }, logo: null }],
  ] as const) {
    it(name, () => expect(new Account(quiet, '2026-11-05', plus).quote(1, { recipe }).total).toBe(1n));
  }
  it('re-applying with other settings', () => {
    const account = new Account(quiet, '2026-11-05', plus);
    account.apply(1, { recipe: { background: 'studio' } });
    account.apply(1, { recipe: { background: 'hall' }, previous: { background: 'studio' } });
    expect(account.available).toBe(498n);
  });
});

test('ST-04: reverting a photo to its original is free, with an empty wallet too', () => {
  const account = new Account(quiet, '2026-11-05');
  account.apply(1, { kind: 'revert' });
  expect([account.available, account.quote(1, { kind: 'revert' }).total]).toEqual([0n, 0n]);
});

test('ST-05: reporting a faulty image is free, repeat reports included', () => {
  const account = new Account(quiet, '2026-11-05');
  account.apply(3, { kind: 'report' });
  expect([account.available, account.quote(2, { kind: 'report' }).refusal]).toEqual([0n, null]);
});

test('ST-06: three selected photos cost three credits', () => {
  const account = new Account(quiet, '2026-11-05', plus);
  expect(account.quote(3)).toMatchObject({ total: 3n, availableAfter: 497n });
  account.apply(3);
  expect(account.available).toBe(497n);
});

describe('ST-07: two separate steps cost two credits, and that is said before', () => {
  const account = () => new Account(quiet, '2026-11-05', plus);
  it('adding the logo to a photo with a background is a second step', () => {
    const { notices, total } = account().quote(1, { previous: { background: 'studio' } });
    expect([total, notices]).toEqual([1n, [{ code: 'second_step', photos: 1, creditsPerPhoto: 1n }]]);
  });
  it('a background without a logo says what the logo will cost later', () => {
    const { notices } = account().quote(2, { recipe: { background: 'studio' } });
    expect(notices).toEqual([{ code: 'logo_later_costs', photos: 2, creditsPerPhoto: 1n }]);
  });
  it('both in one go needs no words', () => expect(account().quote(2).notices).toEqual([]));
  it('the two steps do cost two', () => {
    const steps = account();
    steps.apply(1, { recipe: { background: 'studio' } });
    steps.apply(1, { previous: { background: 'studio' } });
    expect(steps.available).toBe(498n);
  });
});

describe('ST-08: what the plans give each month', () => {
  for (const [plan, slots, options, monthly] of [
    ['professional-plus', 50, {}, 500n],
    ['professional-plus', 1, {}, 10n],
    ['professional', 50, {}, 250n],
    ['professional', 50, { professionalPerSlot: units(7n) }, 350n],
    ['premium', 50, {}, 5000n],
    ['premium', 0, { fairUseCap: units(3n) }, 3n],
    ['basic', 50, {}, undefined],
    ['professional-plus', 0, {}, undefined],
  ] as const) {
    it(`${plan} with ${slots} slots ${Object.keys(options)}: ${monthly ?? 'none'}`, () => {
      const account = new Account(backgroundStudio({ launchAt: on('2030-01-01'), ...options }), '2026-11-05', { plan, slots });
      expect(account.buckets()['monthly']).toBe(monthly);
    });
  }
  it('Premium past its fair-use cap is refused with its own code, and a pack helps', () => {
    const account = new Account(backgroundStudio({ launchAt: on('2030-01-01'), fairUseCap: units(2n) }), '2026-11-05', { plan: 'premium' });
    account.apply(2);
    const refusal = account.refusal({ kind: 'hold', atomic: true, operations: account.operations(1) });
    expect(refusal).toMatchObject({ code: 'fair_use_reached', resetsAt: on('2026-12-01'), shortfall: 1n });
    account.do({ kind: 'purchase', opId: 'buy', packId: 'pack-50' });
    account.apply();
    expect(account.buckets()).toEqual({ purchased: 49n });
  });
});

describe('ST-09: monthly credits reset on a fixed day and do not carry over', () => {
  it('the first of the month unless the policy says otherwise', () => {
    const account = new Account(quiet, '2026-11-05', plus);
    account.apply(3);
    expect(account.buckets('2026-11-30T23:59:59Z')).toEqual({ monthly: 497n });
    expect(account.buckets('2026-12-01')).toEqual({ monthly: 500n });
  });
  it('a fixed day of the policy, at midnight in the account’s time zone', () => {
    const policy = backgroundStudio({ launchAt: on('2030-01-01'), resetDay: 15 });
    const account = new Account(policy, '2026-11-05', { ...plus, timeZone: 'Europe/Berlin' });
    expect(account.wallet().plan?.renewsAt).toBe(on('2026-11-14T23:00:00Z'));
    expect(account.wallet('2026-12-20').plan?.renewsAt).toBe(on('2027-01-14T23:00:00Z'));
  });
  it('an account’s own day, the 31st in short months too', () => {
    const account = new Account(quiet, '2027-01-31T10:00:00Z', { ...plus, anchor: on('2027-01-31') });
    const resets = ['2027-02-10', '2027-03-05', '2027-04-02', '2028-02-10'].map((day) => account.wallet(day).plan?.renewsAt);
    expect(resets).toEqual(['2027-02-28', '2027-03-31', '2027-04-30', '2028-02-29'].map(on));
  });
  it('years without a sweep: each month once', () => {
    const account = new Account(quiet, '2026-11-05', plus).at('2028-11-05');
    expect(account.sweep().filter((entry) => entry.kind === 'granted')).toHaveLength(25);
    expect(account.buckets()).toEqual({ monthly: 500n });
  });
});

describe('ST-10: launch credits for four weeks from the launch', () => {
  it('10 per slot for Professional Plus, beside the monthly ones', () => {
    expect(new Account(launched, '2026-11-20', plus).buckets()).toEqual({ promo: 500n, monthly: 500n });
  });
  it('an account opened before the launch gets them at the launch', () => {
    const account = new Account(launched, '2026-11-05', plus);
    expect(account.buckets('2026-11-19T23:59:59Z')).toEqual({ monthly: 500n });
    expect(account.buckets('2026-11-20')).toEqual({ promo: 500n, monthly: 500n });
  });
  it('a late joiner has only the days that remain', () => {
    const account = new Account(launched, '2026-12-11', plus);
    expect(account.wallet().buckets[0]?.nextExpiry).toEqual({ at: on('2026-12-18'), amount: 500n });
    expect(account.buckets('2026-12-18')).toEqual({ monthly: 500n });
  });
  it('who joins after the window has none, not even for a moment', () => {
    const account = new Account(launched, '2026-12-18', plus);
    expect(account.buckets()).toEqual({ monthly: 500n });
    expect(account.sweep().map((entry) => entry.kind)).toEqual(['granted']);
  });
  it('overlaps two monthly cycles: each brings its own, and the first one’s survive the reset', () => {
    const account = new Account(launched, '2026-11-20', plus);
    account.apply(100);
    expect(account.buckets('2026-12-01')).toEqual({ promo: 900n, monthly: 500n });
  });
  for (const plan of ['basic', 'professional', 'premium'])
    it(`none yet for ${plan}`, () => expect(new Account(launched, '2026-11-20', { plan, slots: 50 }).buckets()['promo']).toBe(undefined));
  it('a later phase is a value', () => {
    const policy = backgroundStudio({ launchAt: on('2026-11-20'), promotionPerSlot: { professional: units(4n) } });
    expect(new Account(policy, '2026-11-21', { plan: 'professional', slots: 5 }).buckets()['promo']).toBe(20n);
  });
});

describe('ST-11: with every bucket empty, paid actions are refused', () => {
  const spent = () => {
    const account = new Account(quiet, '2026-11-05', { plan: 'professional-plus', slots: 1 });
    account.apply(10);
    return account;
  };
  it('names the shortfall and the remedies, cheapest first', () => {
    const account = spent();
    expect(account.refusal({ kind: 'hold', atomic: true, operations: account.operations(3) })).toEqual({
      code: 'insufficient_credit',
      required: 3n,
      available: 0n,
      shortfall: 3n,
      affordable: 0,
      remedies: [
        { kind: 'pack', packId: 'pack-50', price: { minor: 1000n, currency: 'EUR' } },
        { kind: 'pack', packId: 'pack-100', price: { minor: 1900n, currency: 'EUR' } },
        { kind: 'pack', packId: 'pack-250', price: { minor: 4500n, currency: 'EUR' } },
        { kind: 'wait', at: on('2026-12-01') },
      ],
    });
  });
  it('a pack ends it', () => {
    const account = spent();
    account.do({ kind: 'purchase', opId: 'buy', packId: 'pack-50' });
    account.apply();
    expect(account.available).toBe(49n);
  });
  it('the monthly reset ends it', () => {
    const account = spent().at('2026-12-01');
    account.apply();
    expect(account.available).toBe(9n);
  });
  it('nothing is ever charged automatically', () => {
    const settings = { below: 5n, packId: 'pack-50', amount: null, monthlyCap: { minor: 5000n, currency: 'EUR' } };
    expect(spent().refusal({ kind: 'set-auto-top-up', opId: 'a', settings })).toEqual({ code: 'not_offered', what: 'automatic top-up' });
  });
});

describe('ST-12: packs at any time, valid for a year', () => {
  it('from the day of purchase, leap day included', () => {
    const account = new Account(quiet, '2028-02-29T12:00:00Z', plus);
    const receipt = account.do({ kind: 'purchase', opId: 'buy', packId: 'pack-100' });
    expect(receipt).toMatchObject({
      grant: { amount: 100n, expiresAt: on('2029-02-28T12:00:00Z') },
      paid: { minor: 1900n, currency: 'EUR' },
    });
    expect(account.buckets('2029-02-28T11:59:59Z')['purchased']).toBe(100n);
    expect(account.buckets('2029-02-28T12:00:00Z')['purchased']).toBe(undefined);
  });
  it('each purchase has its own year', () => {
    const account = new Account(quiet, '2026-11-05');
    account.do({ kind: 'purchase', opId: 'one', packId: 'pack-300' });
    account.at('2027-05-05').do({ kind: 'purchase', opId: 'two', packId: 'pack-300' });
    expect(account.buckets('2027-11-05')).toEqual({ purchased: 300n });
  });
});

describe('ST-13 and ST-14: exactly three packs by plan', () => {
  for (const [plan, sizes] of [
    ['basic', [300n, 600n, 1200n]],
    ['professional', [50n, 100n, 250n]],
    ['professional-plus', [50n, 100n, 250n]],
    ['premium', [50n, 100n, 250n]],
  ] as const) {
    it(`ST-14: ${plan} chooses from ${sizes.join(', ')}`, () => {
      const { policy, state, now } = new Account(quiet, '2026-11-05', { plan, slots: 1 });
      expect(packOffers(policy, state, now).map((offer) => offer.credits)).toEqual(sizes);
    });
  }
  it('ST-13: larger packs cost less per credit', () => {
    const { policy, state, now } = new Account(quiet, '2026-11-05', plus);
    const offers = packOffers(policy, state, now);
    expect(offers.map((offer) => [offer.price.minor, offer.pricePerCredit, offer.discountPercent])).toEqual([
      [1000n, '0.2000', 0],
      [1900n, '0.1900', 5],
      [4500n, '0.1800', 10],
    ]);
    expect(offers.every((offer) => offer.validUntil === on('2027-11-05'))).toBe(true);
  });
  it('ST-13: a discount of the plan does not stack on the volume’s; the better one counts', () => {
    const base = backgroundStudio();
    const plans =
      base.plans === null ? null : { ...base.plans, list: base.plans.list.map((plan) => ({ ...plan, packDiscountPercent: 8 })) };
    const { policy, state, now } = new Account({ ...base, plans }, '2026-11-05', plus);
    expect(packOffers(policy, state, now).map((offer) => offer.price.minor)).toEqual([920n, 1840n, 4500n]);
  });
  it('ST-14: the other plan’s pack cannot be bought', () => {
    expect(new Account(quiet, '2026-11-05').refusal({ kind: 'purchase', opId: 'buy', packId: 'pack-50' })).toEqual({
      code: 'unknown_pack',
      packId: 'pack-50',
    });
  });
});

test('ST-15: every charge is billed by invoice', () => expect(quiet.payment).toEqual(['invoice']));

describe('ST-16: promotion, then monthly, then purchased', () => {
  const full = () => {
    const account = new Account(launched, '2026-11-21', { plan: 'professional-plus', slots: 1 });
    account.do({ kind: 'purchase', opId: 'buy', packId: 'pack-50' });
    return account;
  };
  it('one batch across all three', () => {
    const account = full();
    expect(account.quote(25).slices).toEqual([
      { bucket: 'promo', amount: 10n },
      { bucket: 'monthly', amount: 10n },
      { bucket: 'purchased', amount: 5n },
    ]);
    account.apply(25);
    expect(account.buckets()).toEqual({ purchased: 45n });
  });
  it('a paid credit is never drawn while a free one is left', () => {
    const account = full();
    account.apply(20);
    account.do({ kind: 'grant', opId: 'gift', bucket: 'promo', amount: 1n, reason: 'sorry for the wait' });
    expect(account.quote(2).slices).toEqual([
      { bucket: 'promo', amount: 1n },
      { bucket: 'purchased', amount: 1n },
    ]);
  });
  it('the purchase that lapses soonest first', () => {
    const account = new Account(quiet, '2026-11-05');
    account.do({ kind: 'purchase', opId: 'z-first', packId: 'pack-300' });
    account.at('2026-11-06').do({ kind: 'purchase', opId: 'a-second', packId: 'pack-300' });
    account.apply(301);
    expect(account.state.grants.get(grantNamed('a-second'))?.available).toBe(299n);
  });
  it('a declaration with paid credit first is refused', () => {
    const policy = { ...quiet, buckets: [...quiet.buckets].reverse() };
    expect(validatePolicy(policy)).toMatchObject({ ok: false, error: { message: expect.stringContaining('buckets[1].paid') } });
  });
});

test('ST-17: the wallet shows the balance and its breakdown in draw order, empty buckets too', () => {
  const account = new Account(launched, '2026-11-21', plus);
  account.hold(2);
  const wallet = account.wallet();
  expect([wallet.available, wallet.held]).toEqual([998n, 2n]);
  expect(wallet.buckets.map(({ bucket, label, available, held }) => [bucket, label, available, held])).toEqual([
    ['promo', 'Launch promotion', 498n, 2n],
    ['monthly', 'Monthly', 500n, 0n],
    ['purchased', 'Purchased', 0n, 0n],
  ]);
  expect(wallet.buckets.map(({ nextExpiry }) => nextExpiry?.at ?? null)).toEqual([on('2026-12-18'), on('2026-12-01'), null]);
});
