/** The creative suite and the artificial studio: short sources, short tests. */
import { describe, expect, it, test } from 'vitest';
import { priceList } from '../../../shared/credits/index.ts';
import { artificialStudio, creativeSuite } from '../../../shared/policies/index.ts';
import { Account, DAY, HOUR, on } from '../credits/account.ts';

const creative = creativeSuite();
const artificial = artificialStudio();
const tool = (name: string) => ({ kind: 'tool', tool: name, recipe: undefined });

describe('PS-01: each tool needs a set number of credits', () => {
  it('the table names them all, one price each', () => {
    const table = priceList(creative).filter((line) => line.kind === 'tool');
    expect(Object.fromEntries(table.map((line) => [line.traits.tool, line.max]))).toMatchObject({
      'remove-background': 1n,
      expand: 3n,
      video: 20n,
    });
    expect(table.every((line) => line.min === line.max)).toBe(true);
  });
  it('and that is what it costs', () => {
    const account = new Account(creative, '2026-11-23', { plan: 'plus' });
    account.apply(2, tool('expand'));
    expect(account.available).toBe(194n);
  });
  it('an unknown tool is refused', () => {
    expect(new Account(creative, '2026-11-23').quote(1, tool('sing')).refusal).toEqual({
      code: 'unknown_operation',
      operation: 'tool',
      trait: 'tool',
    });
  });
});

describe('PS-02: credits by plan, reset at the end of each billing cycle', () => {
  it.each([
    ['free', 5n],
    ['plus', 200n],
    ['pro', 500n],
  ])('%s: %s', (plan, credits) => expect(new Account(creative, '2026-11-23', { plan }).available).toBe(credits));
  it('on the 31st, counted from the anchor', () => {
    const account = new Account(creative, '2027-01-31', { plan: 'plus' });
    account.apply(50);
    expect(account.buckets('2027-02-27')).toEqual({ monthly: 150n });
    expect(account.buckets('2027-02-28')).toEqual({ monthly: 200n });
    expect(account.wallet('2027-02-28').plan?.renewsAt).toBe(on('2027-03-31'));
  });
});

it('PS-02: subscribing from the free plan begins a cycle of its own', () => {
  const account = new Account(creative, '2026-11-03').at('2026-11-23');
  account.do({ kind: 'subscribe', opId: 's', plan: 'plus' });
  expect(account.buckets()).toEqual({ monthly: 205n });
  expect(account.wallet().plan).toMatchObject({ id: 'plus', renewsAt: on('2026-12-23') });
  expect(account.refusal({ kind: 'subscribe', opId: 's2', plan: 'pro' }).code).toBe('conflict');
});

describe('PS-02: a plan that was cancelled', () => {
  const cancelled = () => {
    const account = new Account(creative, '2026-11-23', { plan: 'plus' });
    account.do({ kind: 'purchase', opId: 'buy', packId: 'add-on-100' });
    account.do({ kind: 'cancel-plan', opId: 'c' });
    return account;
  };
  it('lasts until its period ends and becomes the free plan that everybody has', () => {
    const account = cancelled();
    expect(account.buckets('2026-12-22')).toEqual({ monthly: 200n, purchased: 100n });
    expect(account.wallet('2026-12-23').plan).toMatchObject({ id: 'free', status: 'active', interval: 'month', next: null });
    expect(account.buckets('2026-12-23')).toEqual({ monthly: 5n, purchased: 100n });
    expect(account.buckets('2027-01-23')).toEqual({ monthly: 5n, purchased: 100n });
  });
  it('can be subscribed to again at any time', () => {
    const account = cancelled().at('2027-02-01');
    account.do({ kind: 'subscribe', opId: 's', plan: 'plus' });
    expect(account.wallet().plan).toMatchObject({ id: 'plus', status: 'active', renewsAt: on('2027-03-01') });
  });
  it('is nothing to fall back to when it is the free one itself', () => {
    const account = new Account(creative, '2026-11-23');
    account.do({ kind: 'cancel-plan', opId: 'c' });
    expect(account.wallet('2026-12-23').plan).toMatchObject({ id: 'free', status: 'ended' });
  });
});

test('PS-03: add-on credits do not expire', () => {
  const account = new Account(creative, '2026-11-23', { plan: 'plus' });
  account.do({ kind: 'purchase', opId: 'buy', packId: 'add-on-100' });
  expect(account.buckets('2046-11-23')).toEqual({ monthly: 200n, purchased: 100n });
});

test('PS-04: the wallet tells included and add-on credits apart', () => {
  expect(new Account(creative, '2026-11-23').wallet().buckets.map((bucket) => bucket.label)).toEqual(['Included', 'Add-on credits']);
});

describe('PS-05: a generation that does not complete returns its credits', () => {
  it('when it fails', () => {
    const account = new Account(creative, '2026-11-23', { plan: 'plus' });
    const [holdId = ''] = account.hold(1, tool('video'));
    expect(account.available).toBe(180n);
    account.do({ kind: 'release', holdId, cause: 'failed', reason: 'did not complete' });
    expect(account.available).toBe(200n);
  });
  it('by itself when nobody says how it went', () => {
    const account = new Account(creative, '2026-11-23', { plan: 'plus' });
    account.hold(1, tool('video'));
    expect(account.wallet(account.now + 6 * HOUR).available).toBe(200n);
  });
});

test('AS-01: each tool shows its cost before', () => {
  const account = new Account(artificial, '2026-11-23', { plan: 'starter' });
  expect(account.quote(1, tool('upscale'))).toMatchObject({ total: 10n, atLeast: 10n, refusal: null });
});

describe('AS-02 and AS-03: deducted at the start, returned on failure', () => {
  const started = () => {
    const account = new Account(artificial, '2026-11-23', { plan: 'starter' });
    const [holdId = ''] = account.hold(1, tool('video'));
    return { account, holdId };
  };
  it('AS-02: the balance is lower from the start', () => {
    const { account, holdId } = started();
    expect(account.available).toBe(350n);
    account.do({ kind: 'settle', holdId });
    expect(account.available).toBe(350n);
  });
  it('AS-03: a failed generation is refunded', () => {
    const { account, holdId } = started();
    account.do({ kind: 'release', holdId, cause: 'failed', reason: 'failed' });
    expect(account.available).toBe(550n);
  });
});

test('AS-04: credits never expire, what is left is added to the next allocation', () => {
  const account = new Account(artificial, '2026-11-23', { plan: 'starter' });
  expect(account.buckets('2026-12-23')).toEqual({ trial: 50n, monthly: 1000n });
  expect(account.buckets('2027-11-23')).toEqual({ trial: 50n, monthly: 6500n });
});

test('AS-05: free credits on sign-up, as configured', () => {
  expect(new Account(artificial, '2026-11-23').buckets()).toEqual({ trial: 50n });
  expect(new Account(artificialStudio({ signUpCredits: null }), '2026-11-23').buckets()).toEqual({});
});

test('AS-06: four plans with the API, priority from Creator, new models first from Pro', () => {
  expect(
    artificial.plans?.list.map((plan) => [
      plan.id,
      plan.priority > 0,
      plan.features.includes('new-models-first'),
      plan.features.includes('api'),
    ]),
  ).toEqual([
    ['starter', false, false, true],
    ['creator', true, false, true],
    ['pro', true, true, true],
    ['enterprise', true, true, true],
  ]);
});

test('AS-07: extra packs stack and never expire', () => {
  const account = new Account(artificial, '2026-11-23', { plan: 'starter' });
  account.do({ kind: 'purchase', opId: 'buy', packId: 'pack-500' });
  expect(account.wallet().available).toBe(1050n);
  expect(account.buckets('2056-11-23')['purchased']).toBe(500n);
});

test('AS-09: with no credits left it stops until a pack is bought or the plan upgraded', () => {
  const account = new Account(artificial, '2026-11-23', { plan: 'starter' });
  account.hold(2, tool('video'));
  account.hold(15, tool('upscale'));
  const refusal = account.refusal({ kind: 'hold', atomic: true, operations: account.operations(1, tool('upscale')) });
  expect(refusal).toMatchObject({ code: 'insufficient_credit', shortfall: 10n });
  expect(refusal.code === 'insufficient_credit' && refusal.remedies.map((remedy) => remedy.kind)).toEqual([
    'pack',
    'pack',
    'pack',
    'plan',
    'wait',
  ]);
  account.do({ kind: 'change-plan', opId: 'up', plan: 'creator' });
  account.hold(1, tool('upscale'));
  expect(account.available).toBe(1990n);
});

test('AS-10: cancelled, the benefits last until the period ends and the credits stay', () => {
  const account = new Account(artificial, '2026-11-23', { plan: 'starter' });
  account.do({ kind: 'cancel-plan', opId: 'c' });
  expect(account.wallet('2026-12-22').plan?.status).toBe('cancelling');
  expect(account.wallet('2027-12-23')).toMatchObject({ available: 550n, plan: { status: 'ended' } });
});

describe('AS-11: money back within seven days, then case by case', () => {
  const bought = () => {
    const account = new Account(artificial, '2026-11-23');
    account.do({ kind: 'purchase', opId: 'buy', packId: 'pack-500' });
    account.hold(5, tool('upscale'));
    account.apply(1, tool('image'));
    return account;
  };
  const refund = { kind: 'refund', opId: 'r', purchaseOpId: 'buy', reason: 'not for me' } as const;
  it('the whole price, whatever was used', () => {
    const account = bought().at(on('2026-11-23') + 7 * DAY);
    expect(account.do({ ...refund, basis: 'policy' })).toMatchObject({
      money: { minor: 1000n, currency: 'USD' },
      amount: 480n,
      shortfall: 0n,
    });
    expect(account.buckets()).toEqual({ trial: 50n });
  });
  it('not later', () => {
    const account = bought().at(on('2026-11-23') + 8 * DAY);
    expect(account.refusal({ ...refund, basis: 'policy' })).toEqual({ code: 'not_refundable', why: 'window-closed' });
  });
  it('case by case an administrator decides how much', () => {
    const account = bought().at('2027-03-01');
    expect(account.do({ ...refund, basis: 'goodwill', money: { minor: 400n, currency: 'USD' } })).toMatchObject({
      money: { minor: 400n },
      amount: 200n,
    });
    expect(account.do({ ...refund, opId: 'r2', basis: 'goodwill' })).toMatchObject({ money: { minor: 600n }, amount: 280n });
    expect(account.refusal({ ...refund, opId: 'r3', basis: 'goodwill' })).toEqual({ code: 'not_refundable', why: 'already-refunded' });
  });
});
