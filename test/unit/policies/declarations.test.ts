import { describe, expect, it } from 'vitest';
import { backgroundStudio } from '../../../shared/policies/background-studio.ts';
import { decodePolicy, encodePolicy, faultsOf, policyIds, policyNamed, validatePolicy } from '../../../shared/policies/index.ts';
import { cents } from '../../quantities.ts';

const base = backgroundStudio();
const place = (value: unknown): string => {
  const decoded = decodePolicy(value);
  return decoded.ok ? 'fine' : decoded.error.message;
};

describe('every policy', () => {
  it.each(policyIds)('%s is valid, and survives JSON', (id) => {
    const policy = policyNamed(id);
    if (policy === null) throw new Error(id);
    expect(faultsOf(policy)).toEqual([]);
    expect(decodePolicy(JSON.parse(JSON.stringify(encodePolicy(policy))))).toEqual({ ok: true, value: policy });
  });
  it('is found by its id alone', () => expect([policyNamed('none'), policyNamed('constructor')]).toEqual([null, null]));
});

describe('a bad declaration is refused and the place named', () => {
  const json = encodePolicy(base);
  const { plans } = base;
  if (plans === null) throw new Error('plans');
  it.each([
    ['no buckets', { ...json, buckets: [] }, 'buckets: a policy has at least one bucket'],
    [
      'a missing bucket',
      { ...json, buckets: encodePolicy({ ...base, buckets: base.buckets.slice(0, 2) })['buckets'] },
      'packs.bucket: there is no bucket "purchased"',
    ],
    [
      'a promotion into nowhere',
      encodePolicy({ ...base, buckets: base.buckets.slice(1) }),
      'promotions[0].bucket: there is no bucket "promo"',
    ],
    [
      'the same bucket twice',
      encodePolicy({ ...base, buckets: [...base.buckets, ...base.buckets.slice(2)] }),
      'buckets[3].id: "purchased" is there twice',
    ],
    [
      'a default plan that is none',
      encodePolicy({ ...base, plans: { ...plans, defaultPlan: 'emperor' } }),
      'plans.defaultPlan: there is no plan "emperor"',
    ],
    ['the 32nd of a month', encodePolicy({ ...base, plans: { ...plans, anchor: { kind: 'day-of-month', day: 32 } } }), 'plans.anchor.day'],
    [
      'a step of nothing',
      encodePolicy({ ...base, plans: { ...plans, month: { cycle: { months: 0 }, period: { months: 1 } } } }),
      'plans.month: a step',
    ],
    [
      'a price range on a fixed charge',
      encodePolicy({
        ...base,
        operations: { apply: { ...base.operations['apply'], price: { kind: 'range', min: 1n, max: 2n } } as never },
      }),
      'operations.apply.price: only an operation',
    ],
    [
      'a negative price',
      encodePolicy({ ...base, operations: { apply: { ...base.operations['apply'], price: { kind: 'flat', amount: -1n } } as never } }),
      'operations.apply.price: a price is not negative',
    ],
    [
      'a pack for nothing',
      encodePolicy({
        ...base,
        packs: base.packs && {
          ...base.packs,
          list: base.packs.list.map((pack) => ({ ...pack, listPrice: { minor: cents(0n), currency: 'EUR' } })),
        },
      }),
      'packs.list[0].listPrice',
    ],
    [
      'discounts that leave nothing',
      encodePolicy({
        ...base,
        plans: { ...plans, list: plans.list.map((plan) => ({ ...plan, packDiscountPercent: 80 })) },
        packs: base.packs && { ...base.packs, discounts: 'add' },
      }),
      'packs.list[5].volumeDiscountPercent: with a plan',
    ],
    ['discounts that nobody knows', { ...json, packs: { ...(json['packs'] as object), discounts: 'guess' } }, 'packs.discounts'],
    ['a pack in another currency', encodePolicy({ ...base, currency: 'USD' }), 'a price is in USD'],
    [
      'a version that follows a later one',
      encodePolicy({ ...base, previous: { ...base, version: 2 } }),
      'previous.version: versions go up',
    ],
    [
      'a bucket taken away by a new version',
      encodePolicy({ ...base, version: 2, promotions: [], buckets: base.buckets.slice(1), previous: base }),
      'may hold credit in "promo"',
    ],
    ['an unknown member', { ...json, surprise: 1 }, 'policy: '],
    ['a missing member', { ...json, operations: undefined }, 'policy.operations'],
    ['a number for an amount', { ...json, trial: { bucket: 'promo', amount: 5 } }, 'policy.trial.amount'],
    ['text', 'policy', 'policy: '],
  ])('%s', (_, value, message) => expect(place(value)).toContain(message));

  it('names the policy', () => {
    const result = validatePolicy({ ...base, buckets: [] });
    expect(result.ok ? '' : result.error.message).toMatch(/^background-studio: buckets/);
  });
});
