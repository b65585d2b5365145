import { describe, expect, it, test } from 'vitest';
import { packOffers, planInForce, priceList, raised } from '../../../shared/credits/index.ts';
import { generativeSuite } from '../../../shared/policies/index.ts';
import { units } from '../../quantities.ts';
import { Account, DAY, on } from '../credits/account.ts';

const policy = generativeSuite();
const portrait = { kind: 'tool', tool: 'portrait', recipe: undefined } as const;
const subscribed = (plan = 'max', at = '2026-11-23', interval: 'month' | 'year' = 'month') => new Account(policy, at, { plan, interval });
const usd = (minor: bigint) => ({ minor, currency: 'USD' });

describe('GS-01: four tiers that differ in credits, models and support', () => {
  it.each([
    ['plus', 100n],
    ['max', 400n],
    ['generative', 900n],
    ['team', 6000n],
  ])('%s: %s', (plan, credits) => expect(subscribed(plan).buckets()).toEqual({ monthly: credits }));
  it('models and support differ', () => {
    const features = policy.plans?.list.map((plan) => plan.features.filter((feature) => /^(models|support):/.test(feature)).join());
    expect(new Set(features).size).toBe(4);
  });
  it('without a plan there is no credit', () => expect(new Account(policy, '2026-11-23').available).toBe(0n));
});

describe('GS-02: a workflow costs a range', () => {
  it.each([
    ['a portrait', { tool: 'portrait' }, 2n, 3n],
    ['ten seconds of video', { tool: 'video', durationSeconds: 10 }, 8n, 20n],
    ['five seconds', { tool: 'video', durationSeconds: 5 }, 4n, 10n],
    ['eleven seconds are rounded up', { tool: 'video', durationSeconds: 11 }, 9n, 22n],
    ['a simple one', { tool: 'video', durationSeconds: 10, complexity: 'low' }, 8n, 12n],
    ['a fine picture', { tool: 'image', resolution: '4K' }, 4n, 8n],
  ])('%s', (_, request, least, most) => {
    const quote = subscribed().quote(1, { ...portrait, ...request });
    expect([quote.atLeast, quote.total]).toEqual([least, most]);
  });
  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, undefined])('a video of %s seconds has no price', (durationSeconds) => {
    expect(subscribed().quote(1, { ...portrait, tool: 'video', durationSeconds }).refusal?.code).toBe('unknown_operation');
  });
});

describe('GS-03: monthly credits refresh, unused ones roll over for 30 days', () => {
  const used = () => {
    const account = subscribed();
    account.apply(100);
    return account;
  };
  it('show in a bucket of their own, beside the new ones', () => {
    expect(used().buckets('2026-12-23')).toEqual({ rollover: 300n, monthly: 400n });
  });
  it('are drawn before the new ones', () => {
    const account = used().at('2026-12-23');
    expect(account.quote(350).slices).toEqual([
      { bucket: 'rollover', amount: 300n },
      { bucket: 'monthly', amount: 50n },
    ]);
  });
  it('lapse 30 days later, when the next ones roll over', () => {
    const account = used();
    expect(account.buckets(on('2026-12-23') + 30 * DAY - 1)).toEqual({ rollover: 300n, monthly: 400n });
    expect(account.buckets(on('2026-12-23') + 30 * DAY)).toEqual({ rollover: 400n, monthly: 400n });
  });
  it('come back to where they are now when a failure returns them', () => {
    const account = used();
    account.at('2026-12-22T23:00:00Z');
    const [holdId = ''] = account.hold();
    account.at('2026-12-23').do({ kind: 'release', holdId, cause: 'failed', reason: 'x' });
    expect(account.buckets()).toEqual({ rollover: 300n, monthly: 400n });
  });
});

describe('GS-04: extra packs arrive at once, stack, and never expire while the account is active', () => {
  it('stack on the allowance', () => {
    const account = subscribed();
    expect(account.do({ kind: 'purchase', opId: 'buy', packId: 'pack-500' })).toMatchObject({ grant: { amount: 500n, expiresAt: null } });
    expect(account.buckets()).toEqual({ monthly: 400n, purchased: 500n });
    expect(account.buckets('2076-11-23')['purchased']).toBe(500n);
  });
  it('outlive the plan', () => {
    const account = subscribed();
    account.do({ kind: 'purchase', opId: 'buy', packId: 'pack-500' });
    account.do({ kind: 'cancel-plan', opId: 'c' });
    expect(account.buckets('2027-06-01')).toEqual({ purchased: 500n });
  });
  it('end with the account', () => {
    const account = subscribed();
    account.do({ kind: 'purchase', opId: 'buy', packId: 'pack-500' });
    account.do({ kind: 'close', opId: 'c', reason: 'left' });
    expect(account.available).toBe(0n);
  });
});

const pricesFor = (plan: string): (bigint | undefined)[] => {
  const account = subscribed(plan);
  return packOffers(policy, account.state, account.now).map((offer) => offer.price.minor);
};
describe('GS-05: Max, Generative and Team get 20% off every pack, on top of its own discount', () => {
  it.each([
    ['plus', [1200n, 4920n, 18000n]],
    ['max', [960n, 3936n, 14400n]],
    ['generative', [960n, 3936n, 14400n]],
    ['team', [960n, 3936n, 14400n]],
  ])('%s', (plan, prices) => expect(pricesFor(plan)).toEqual(prices));
  it('only while the plan runs', () => {
    const account = subscribed();
    account.do({ kind: 'cancel-plan', opId: 'c' });
    account.at('2027-02-01').sweep();
    expect(packOffers(policy, account.state, account.now)[0]?.price).toEqual(usd(1200n));
  });
});

describe('GS-06: the estimate before, the exact amount afterwards', () => {
  it('deducts what it came to and says so', () => {
    const account = subscribed();
    expect(account.quote(1, portrait)).toMatchObject({ atLeast: 2n, total: 3n });
    const [holdId = ''] = account.hold(1, portrait);
    expect(account.do({ kind: 'settle', holdId, actual: 2n })).toMatchObject({ charged: 2n, returned: 1n });
    expect(account.available).toBe(398n);
  });
  it('every price is in the list', () => expect(priceList(policy).filter((line) => line.kind === 'tool')).toHaveLength(7));
});

test.each(['plus', 'max', 'generative', 'team'])('GS-07: the 500-credit pack lowers the price per credit by 18% on %s', (plan) => {
  const account = subscribed(plan);
  expect(packOffers(policy, account.state, account.now).map((offer) => [offer.credits, offer.discountPercent])).toEqual([
    [100n, 0],
    [500n, 18],
    [2000n, 25],
  ]);
});

test('GS-05: a pack says its list price and every discount that counts', () => {
  const why = (plan: string) =>
    packOffers(policy, subscribed(plan).state, subscribed(plan).now).map(({ listPrice, price, discounts }) => [
      listPrice,
      price,
      discounts,
    ]);
  const size = (percent: number) => ({ percent, because: 'volume', plan: null });
  const max = { percent: 20, because: 'plan', plan: 'Max' };
  expect(why('plus')).toEqual([
    [usd(1200n), usd(1200n), []],
    [usd(6000n), usd(4920n), [size(18)]],
    [usd(24000n), usd(18000n), [size(25)]],
  ]);
  expect(why('max')).toEqual([
    [usd(1200n), usd(960n), [max]],
    [usd(6000n), usd(3936n), [size(18), max]],
    [usd(24000n), usd(14400n), [size(25), max]],
  ]);
});

test.each([
  ['best-only', [960n, 4800n, 18000n]],
  ['multiply', [960n, 3936n, 14400n]],
  ['add', [960n, 3720n, 13200n]],
] as const)('how discounts combine is the policy’s own: %s', (discounts, prices) => {
  const own = { ...policy, packs: policy.packs && { ...policy.packs, discounts } };
  const account = new Account(own, '2026-11-23', { plan: 'max' });
  expect(packOffers(own, account.state, account.now).map((offer) => offer.price.minor)).toEqual(prices);
});

describe('GS-08: Team is told when the balance passes a threshold', () => {
  it('once, when it passes', () => {
    const account = new Account(generativeSuite({ teamAlertBelow: units(5998n) }), '2026-11-23', { plan: 'team' });
    account.apply(2);
    const before = account.wallet().alerts;
    account.apply(1);
    const after = account.wallet().alerts;
    expect(raised(before, after)).toEqual([{ kind: 'low_balance', level: 'warning', available: 5997n, threshold: 5998n }]);
    account.apply(1);
    expect(raised(after, account.wallet().alerts)).toEqual([]);
  });
  it('the other plans are not', () => {
    const account = subscribed('plus');
    account.apply(90);
    expect(account.wallet().alerts.map((alert) => alert.kind)).not.toContain('low_balance');
  });
});

describe('GS-09: every 30 days from the subscription; yearly on the same day, 40% less', () => {
  it('30 days, not a month', () => {
    const renewals = ['2026-12-01', '2026-12-24', '2027-01-23'].map((day) => subscribed().wallet(day).plan?.renewsAt);
    expect(renewals).toEqual(['2026-12-23', '2027-01-22', '2027-02-21'].map(on));
  });
  it('a year, leap day included', () => {
    const account = subscribed('max', '2028-02-29', 'year');
    expect(account.wallet().plan?.periodEnd).toBe(on('2029-02-28'));
    expect(account.wallet('2031-03-01').plan?.periodEnd).toBe(on('2032-02-29'));
  });
  it('a year costs 60% of twelve months', () => {
    expect(policy.plans?.list.map(({ price }) => price.year?.minor)).toEqual([8640n, 28080n, 56880n, 323280n]);
  });
  it('yearly plans bring their credits monthly', () => {
    const account = subscribed('max', '2026-11-23', 'year');
    expect(account.wallet().plan?.renewsAt).toBe(on('2026-12-23'));
    expect(account.buckets('2026-12-23')).toEqual({ rollover: 400n, monthly: 400n });
  });
});

test('GS-10: each renewal says what is to be charged', () => {
  const account = subscribed().at('2027-01-01');
  expect(account.sweep().find((entry) => entry.kind === 'renewed')).toMatchObject({ at: on('2026-12-23'), charge: usd(3900n) });
  const yearly = subscribed('max', '2026-11-23', 'year').at('2027-12-01');
  const charges = yearly.sweep().flatMap((entry) => (entry.kind === 'renewed' ? [entry.charge] : []));
  expect(charges).toEqual([...Array(11).fill(null), usd(28080n)]);
});

test('GS-11: prices in US dollars', () => expect(policy.currency).toBe('USD'));

describe('GS-12: monthly to yearly and back prorates unused time', () => {
  it('to yearly after a third of the month: two thirds come back', () => {
    const account = subscribed().at('2026-12-03');
    const receipt = account.do({ kind: 'change-plan', opId: 'c', interval: 'year' });
    expect(receipt).toMatchObject({
      charge: { charge: usd(28080n), credit: usd(2600n), net: usd(25480n), carried: usd(0n) },
      grants: [{ amount: 400n }],
    });
    expect(account.wallet().plan).toMatchObject({ interval: 'year', periodEnd: on('2027-12-03') });
    // A new cycle begins; of the 400 unused, two thirds went back with their money.
    expect(account.wallet().plan?.renewsAt).toBe(on('2027-01-03'));
    expect(account.available).toBe(400n + 133n);
  });
  it('back to monthly: the unused part of the year pays for the months to come', () => {
    const account = subscribed('max', '2026-11-23', 'year').at('2027-05-23');
    const receipt = account.do({ kind: 'change-plan', opId: 'c', interval: 'month' });
    const unused = (28080n * 184n) / 365n;
    expect(receipt).toMatchObject({ charge: { charge: usd(3900n), credit: usd(unused), net: usd(0n), carried: usd(unused - 3900n) } });
    const charges = account
      .at('2027-12-01')
      .sweep()
      .flatMap((entry) => (entry.kind === 'renewed' && entry.charge !== null ? [entry.charge.minor] : []));
    const paid = [unused - 3900n, unused - 7800n, unused - 11700n].map((left) => (left >= 3900n ? 0n : 3900n - left));
    expect(charges).toEqual([...paid, 3900n, 3900n, 3900n]);
    expect(account.state.carried).toBe(0n);
  });
});

it('GS-12: what is left of the year also pays for an upgrade', () => {
  const account = subscribed('plus', '2026-11-23', 'year').at('2027-05-23');
  account.do({ kind: 'change-plan', opId: 'c', interval: 'month' });
  const left = (8640n * 184n) / 365n - 1200n;
  expect(account.state.carried).toBe(left);
  const receipt = account.do({ kind: 'change-plan', opId: 'up', plan: 'max' });
  expect(receipt).toMatchObject({
    charge: { charge: usd(3900n), credit: usd(1200n + left), net: usd(0n), carried: usd(left + 1200n - 3900n) },
  });
});

describe('GS-13: an upgrade applies at once', () => {
  it('a new cycle with the whole allowance; the smaller of unused time and unused allowance comes back, and that share of the credit goes', () => {
    const account = subscribed('plus');
    account.apply(60);
    account.at('2026-12-08');
    const receipt = account.do({ kind: 'change-plan', opId: 'up', plan: 'max' });
    expect(receipt).toMatchObject({
      charge: {
        net: usd(3900n - 480n),
        lines: [
          { code: 'new-plan', plan: 'max', net: usd(3900n) },
          { code: 'unused-time', plan: 'plus', net: usd(-480n) },
        ],
      },
      grants: [{ amount: 400n }],
    });
    expect(account.buckets()).toEqual({ monthly: 400n });
    expect(account.wallet().plan?.renewsAt).toBe(on('2027-01-07'));
    expect(account.buckets('2027-01-07')).toEqual({ rollover: 400n, monthly: 400n });
  });
  it('the new plan’s discount counts at once', () => {
    const account = subscribed('plus');
    account.do({ kind: 'change-plan', opId: 'up', plan: 'max' });
    expect(account.do({ kind: 'purchase', opId: 'buy', packId: 'pack-100' })).toMatchObject({ paid: usd(960n) });
  });
  it('up and down and up again gives nothing twice', () => {
    const account = subscribed('plus');
    account.do({ kind: 'change-plan', opId: '1', plan: 'team' });
    account.do({ kind: 'change-plan', opId: '2', plan: 'plus' });
    account.do({ kind: 'change-plan', opId: '3', plan: 'team' });
    expect(account.available).toBe(6000n);
  });
});

describe('GS-14: a downgrade waits for the next renewal', () => {
  it('benefits stay until then', () => {
    const account = subscribed('generative');
    account.do({ kind: 'change-plan', opId: 'down', plan: 'plus' });
    expect(account.wallet().plan).toMatchObject({ id: 'generative', next: { plan: 'plus' } });
    expect(account.buckets()).toEqual({ monthly: 900n });
    expect(account.buckets('2026-12-23')).toEqual({ rollover: 900n, monthly: 100n });
    const renewed = account
      .at('2026-12-23')
      .sweep()
      .find((entry) => entry.kind === 'renewed');
    expect(renewed).toMatchObject({ charge: usd(1200n), subscription: { plan: 'plus', next: null } });
  });
  it('can be taken back', () => {
    const account = subscribed('generative');
    account.do({ kind: 'change-plan', opId: 'down', plan: 'plus' });
    account.do({ kind: 'change-plan', opId: 'stay', plan: 'generative' });
    expect(account.wallet('2026-12-24').plan).toMatchObject({ id: 'generative', next: null });
  });
});

describe('GS-15: cancel or pause with one click, restart at any time', () => {
  it('access lasts until the period ends', () => {
    const account = subscribed();
    account.do({ kind: 'cancel-plan', opId: 'c' });
    expect(account.wallet('2026-12-22').plan).toMatchObject({ status: 'cancelling', renewsAt: null, periodEnd: on('2026-12-23') });
    account.at('2026-12-22').apply();
    expect(account.wallet('2026-12-23').plan?.status).toBe('ended');
    expect(account.buckets('2026-12-23')).toEqual({ rollover: 399n });
    account.at('2026-12-23').sweep();
    expect(planInForce(policy, account.state)).toBe(null);
  });
  it('resumed before the end it just goes on', () => {
    const account = subscribed();
    account.do({ kind: 'cancel-plan', opId: 'c' });
    account.at('2026-12-10').do({ kind: 'resume-plan', opId: 'r' });
    expect(account.buckets('2026-12-23')).toEqual({ rollover: 400n, monthly: 400n });
  });
  it('paused, it brings nothing and charges nothing', () => {
    const account = subscribed();
    account.do({ kind: 'pause-plan', opId: 'p' });
    expect(account.wallet('2027-06-01')).toMatchObject({ available: 0n, plan: { status: 'paused', renewsAt: null } });
  });
  it.each(['pause-plan', 'cancel-plan'] as const)('restarted after %s, a new period begins and is charged', (kind) => {
    const account = subscribed();
    account.do({ kind, opId: 'stop' });
    account.at('2027-06-01');
    expect(account.do({ kind: 'resume-plan', opId: 'r' })).toMatchObject({
      charge: { net: usd(3900n) },
      subscription: { plan: 'max', status: 'active' },
    });
    expect(account.buckets()).toEqual({ monthly: 400n });
    expect(account.wallet().plan?.renewsAt).toBe(on('2027-07-01'));
  });
});

test('GS-16: payments by Stripe', () => expect(policy.payment[0]).toBe('stripe'));
