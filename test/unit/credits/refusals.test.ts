/** One row for each way to be refused. A refusal writes nothing: the account is the same before and after. */
import { describe, expect, it } from 'vitest';
import {
  type Command,
  checkOpening,
  decide,
  emptyAccount,
  encodeState,
  type OpenParams,
  open,
  type Refusal,
  refusalText,
} from '../../../shared/credits/index.ts';
import { backgroundStudio } from '../../../shared/policies/index.ts';
import { accountNamed, cents, instant, opNamed, said, units } from '../../quantities.ts';
import { Account, applying, on } from './account.ts';

const policy = backgroundStudio({ launchAt: on('2030-01-01') });
const op = (opId: string) => ({ ...applying, opId: opNamed(opId) });

/** 10 monthly credits, one hold of 2 called h1, one pack of 50 bought as `bought`, 3 of it held as h2. */
function account(): Account {
  const one = new Account(policy, '2026-11-05', { plan: 'professional-plus', slots: 1 });
  one.do({ kind: 'hold', atomic: true, operations: [op('h1')] });
  one.do({ kind: 'purchase', opId: opNamed('bought'), packId: 'pack-50' });
  return one;
}

const grant = { kind: 'grant', opId: opNamed('g'), bucket: 'promo', amount: units(5n), reason: 'test' } as const;
const refund = { kind: 'refund', opId: opNamed('r'), purchaseOpId: opNamed('bought'), basis: 'policy', reason: 'test' } as const;

const table: [string, Command, Refusal['code']][] = [
  [
    'one more than there is',
    { kind: 'hold', atomic: true, operations: Array.from({ length: 60 }, (_, i) => op(`n${i}`)) },
    'insufficient_credit',
  ],
  ['no operation at all', { kind: 'hold', atomic: true, operations: [] }, 'invalid_amount'],
  [
    '501 operations',
    { kind: 'hold', atomic: false, operations: Array.from({ length: 501 }, (_, i) => op(`n${i}`)) },
    'too_many_operations',
  ],
  ['an operation nobody prices', { kind: 'hold', atomic: true, operations: [{ ...op('n'), kind: 'sing' }] }, 'unknown_operation'],
  [
    'an operation named like a property of every object',
    { kind: 'hold', atomic: true, operations: [{ ...op('n'), kind: 'toString' }] },
    'unknown_operation',
  ],
  [
    'a logo placed by a free step',
    { kind: 'hold', atomic: true, operations: [{ opId: opNamed('n'), kind: 'process', steps: ['resize', 'watermark'] }] },
    'sold_with',
  ],
  [
    'a logo without a background',
    { kind: 'hold', atomic: true, operations: [{ ...op('n'), recipe: { logo: 'x' } }] },
    'background_required',
  ],
  [
    'a logo on what is transparent',
    { kind: 'hold', atomic: true, operations: [{ ...op('n'), recipe: { background: ' Transparent ', logo: 'x' } }] },
    'logo_on_transparent',
  ],
  [
    "a logo on what is transparent, in a recipe's own form",
    { kind: 'hold', atomic: true, operations: [{ ...op('n'), recipe: { background: { kind: 'transparent' }, logo: { id: 'x' } } }] },
    'logo_on_transparent',
  ],
  ['an id that holds already', { kind: 'hold', atomic: true, operations: [op('h1')] }, 'conflict'],
  ['the same id twice in a batch', { kind: 'hold', atomic: true, operations: [op('n'), op('n')] }, 'conflict'],
  ['settling what was never held', { kind: 'settle', holdId: opNamed('nobody') }, 'not_found'],
  ['settling more than the hold', { kind: 'settle', holdId: opNamed('h1'), actual: units(2n) }, 'invalid_amount'],
  ['settling less than nothing', { kind: 'settle', holdId: opNamed('h1'), actual: units(-1n) }, 'invalid_amount'],
  ['releasing what was never held', { kind: 'release', holdId: opNamed('nobody'), cause: 'failed', reason: 'x' }, 'not_found'],
  ['granting nothing', { ...grant, amount: units(0n) }, 'invalid_amount'],
  ['granting less than nothing', { ...grant, amount: units(-5n) }, 'invalid_amount'],
  ['granting past 2^63', { ...grant, amount: units(2n ** 63n) }, 'invalid_amount'],
  ['granting past 2^63 together with what is there', { ...grant, amount: units(2n ** 63n - 1n) }, 'invalid_amount'],
  ['granting into no bucket', { ...grant, bucket: 'attic' }, 'unknown_bucket'],
  ['granting what has expired', { ...grant, expiresAt: on('2026-11-04') }, 'invalid_instant'],
  ['granting twice under one id', { ...grant, opId: opNamed('bought') }, 'conflict'],
  ['a pack that is not there', { kind: 'purchase', opId: opNamed('p'), packId: 'pack-7' }, 'unknown_pack'],
  ['buying twice under one id', { kind: 'purchase', opId: opNamed('bought'), packId: 'pack-50' }, 'conflict'],
  ['topping up where packs are sold', { kind: 'top-up', opId: opNamed('t'), amount: units(5n) }, 'not_offered'],
  ['refunding nothing that was bought', { ...refund, purchaseOpId: opNamed('nobody') }, 'not_found'],
  ['refunding in the wrong currency', { ...refund, basis: 'goodwill', money: { minor: cents(1n), currency: 'USD' } }, 'currency_mismatch'],
  ['refunding more than was paid', { ...refund, basis: 'goodwill', money: { minor: cents(1001n), currency: 'EUR' } }, 'invalid_amount'],
  ['winning no dispute', { kind: 'dispute-won', opId: opNamed('w'), purchaseOpId: opNamed('bought') }, 'not_found'],
  ['a plan that is not there', { kind: 'change-plan', opId: opNamed('c'), plan: 'emperor' }, 'unknown_plan'],
  ['half a slot', { kind: 'change-plan', opId: opNamed('c'), slots: 1.5 }, 'invalid_amount'],
  ['fewer than no slots', { kind: 'change-plan', opId: opNamed('c'), slots: -1 }, 'invalid_amount'],
  ['a yearly plan where there is none', { kind: 'change-plan', opId: opNamed('c'), interval: 'year' }, 'not_offered'],
  ['the plan that is in force', { kind: 'change-plan', opId: opNamed('c'), plan: 'professional-plus' }, 'conflict'],
  ['subscribing twice', { kind: 'subscribe', opId: opNamed('s'), plan: 'premium' }, 'conflict'],
  ['resuming what runs', { kind: 'resume-plan', opId: opNamed('s') }, 'conflict'],
  ['automatic top-up', { kind: 'set-auto-top-up', opId: opNamed('a'), settings: null }, 'not_offered'],
];

describe('refusals write nothing', () => {
  it.each(table)('%s', (_, command, code) => {
    const one = account();
    const before = encodeState(one.state);
    const refusal = one.refusal(command);
    expect(refusal.code).toBe(code);
    expect(encodeState(one.state)).toEqual(before);
    expect(refusalText(refusal, policy, 'UTC')).toMatch(/^[A-Z].*\.$/);
  });

  for (const now of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, Date.UTC(9999, 0, 1)])
    it(`an instant of ${now}`, () => {
      const decision = decide(policy, account().state, { kind: 'sweep' }, instant(now));
      expect(decision.ok ? null : decision.refusal.code).toBe('invalid_instant');
    });
  it('an account that was never opened', () => {
    expect(decide(policy, emptyAccount, { kind: 'sweep' }, instant(0))).toEqual({
      ok: false,
      refusal: { code: 'not_found', what: 'account' },
    });
  });
  it('a closed account', () => {
    const one = account();
    one.do({ kind: 'close', opId: opNamed('close'), reason: 'left' });
    expect(one.available).toBe(0n);
    expect(one.refusal(grant)).toEqual({ code: 'account_closed' });
    expect(one.refusal({ kind: 'purchase', opId: opNamed('p'), packId: 'pack-50' })).toEqual({ code: 'account_closed' });
    one.do({ kind: 'settle', holdId: opNamed('h1') });
    expect(one.wallet().held).toBe(0n);
  });
});

describe('openings that are refused', () => {
  it.each([
    ['before 1970', {}, -1, 'invalid_instant'],
    ['an anchor before 1970', { anchor: -1 }, 0, 'invalid_instant'],
    ['an anchor in the future', { anchor: 5 }, 0, 'invalid_instant'],
    ['a time zone that is none', { timeZone: 'Mars/Olympus' }, 0, 'invalid_time_zone'],
    ['a plan that is none', { plan: 'emperor' }, 0, 'unknown_plan'],
    ['a yearly plan', { plan: 'basic', interval: 'year' }, 0, 'not_offered'],
    ['half a slot', { plan: 'basic', slots: 0.5 }, 0, 'invalid_amount'],
    ['a million slots and one', { plan: 'basic', slots: 1_000_001 }, 0, 'invalid_amount'],
  ] as const)('%s', (_, params, now, code) => {
    const whole = { accountId: accountNamed('a'), timeZone: 'UTC', ...said<Partial<OpenParams>>(params) };
    expect(checkOpening(policy, whole, instant(now))?.code).toBe(code);
    expect(() => open(policy, whole, instant(now))).toThrow(RangeError);
  });
});
