/** A sixth policy lives in this file alone: nothing else had to change for it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Policy, packOffers, priceList, quoteCommand, refusalText } from '../../../shared/credits/index.ts';
import { days, minutes, NO_TIME } from '../../../shared/credits/model/durations.ts';
import { decodePolicy, encodePolicy, validatePolicy } from '../../../shared/policies/index.ts';
import { cents, units } from '../../quantities.ts';
import { runs } from '../../runs.ts';
import { Account, on } from '../credits/account.ts';
import { opened, run, steps } from '../credits/random-account.ts';

/** A club: weekly tokens in hundredths that keep for a fortnight, a welcome week, minutes of studio time by the second. */
const studioClub: Policy = {
  id: 'studio-club',
  version: 1,
  label: 'Studio club',
  unit: { code: 'credit', scale: 2 },
  currency: 'CHF',
  buckets: [
    { id: 'welcome', label: 'Welcome', paid: false, validity: { kind: 'promotion' } },
    { id: 'weekly', label: 'Weekly', paid: false, validity: { kind: 'cycle', rolloverDays: 7 } },
    { id: 'tokens', label: 'Tokens', paid: true, validity: { kind: 'from-grant', step: { days: 90 } } },
  ],
  plans: {
    list: [
      {
        id: 'member',
        label: 'Member',
        rank: 0,
        allowance: { kind: 'fixed', amount: units(1000n) },
        price: { month: { minor: cents(2500n), currency: 'CHF' }, year: { minor: cents(25000n), currency: 'CHF' } },
        packDiscountPercent: 5,
        priority: 0,
        features: [],
      },
    ],
    defaultPlan: null,
    bucket: 'weekly',
    anchor: { kind: 'subscription' },
    month: { cycle: { days: 7 }, period: { months: 1 } },
    year: { cycle: { days: 7 }, period: { years: 1 } },
  },
  trial: null,
  promotions: [
    {
      id: 'first-week',
      label: 'Welcome',
      bucket: 'welcome',
      startsAt: on('2026-11-20'),
      days: 7,
      byPlan: { member: { kind: 'fixed', amount: units(500n) } },
      perCycle: false,
    },
  ],
  packs: {
    bucket: 'tokens',
    list: [
      {
        id: 'ten',
        label: '10 tokens',
        credits: units(1000n),
        listPrice: { minor: cents(1000n), currency: 'CHF' },
        volumeDiscountPercent: 0,
      },
    ],
    offered: ['ten'],
    discounts: 'best-only',
  },
  topUp: null,
  operations: {
    apply: {
      label: 'Apply',
      price: { kind: 'flat', amount: units(25n) },
      charge: 'fixed',
      needsBackground: true,
      cancellable: true,
      holdMs: minutes(1),
    },
    studio: {
      label: 'Studio time',
      price: { kind: 'duration', seconds: 60, min: units(10n), max: units(15n) },
      charge: 'actual',
      needsBackground: false,
      cancellable: true,
      holdMs: days(1),
    },
  },
  tiers: [],
  graceMs: NO_TIME,
  refunds: { windowDays: 3, covers: 'unused' },
  autoTopUp: null,
  alerts: { lowBalance: units(100n), usedPercent: [50], expiringDays: [3], fairUsePercent: 90 },
  payment: ['invoice'],
};

describe('a sixth policy', () => {
  it('is valid, and survives JSON', () => {
    expect(validatePolicy(studioClub)).toEqual({ ok: true, value: studioClub });
    expect(decodePolicy(JSON.parse(JSON.stringify(encodePolicy(studioClub))))).toEqual({ ok: true, value: studioClub });
  });
  it('brings credit weekly and the bill monthly', () => {
    const account = new Account(studioClub, '2026-11-23', { plan: 'member' });
    expect(account.buckets()).toEqual({ welcome: 500n, weekly: 1000n });
    expect(account.buckets('2026-11-30')).toEqual({ weekly: 2000n });
    const entries = account.at('2027-01-01').sweep();
    expect(entries.filter((entry) => entry.kind === 'renewed' && entry.charge !== null).map((entry) => entry.at)).toEqual([
      on('2026-12-23'),
    ]);
    expect(account.buckets()).toEqual({ weekly: 2000n });
  });
  it('charges by the second, below a token', () => {
    const account = new Account(studioClub, '2026-11-23', { plan: 'member' });
    const [holdId = ''] = account.hold(1, { kind: 'studio', durationSeconds: 90, recipe: undefined });
    account.do({ kind: 'settle', holdId, actual: 20n });
    expect(account.available).toBe(1480n);
  });
  it('sells one pack, with its plan’s discount, and speaks of it', () => {
    const account = new Account(studioClub, '2026-11-23', { plan: 'member' });
    expect(packOffers(studioClub, account.state, account.now)).toMatchObject([
      { id: 'ten', price: { minor: 950n, currency: 'CHF' }, pricePerCredit: '0.9500' },
    ]);
    const refusal = account.refusal({ kind: 'hold', atomic: true, operations: account.operations(61) });
    expect(refusalText(refusal, studioClub, 'UTC')).toBe(
      'This needs 15.25 credits; 15.00 credits available. Nothing was charged. 10.00 credits cost CHF 9.50.',
    );
  });
  it('lists its prices', () => expect(priceList(studioClub)).toHaveLength(2));
  it('keeps the books through any history, and its quotes', () => {
    fc.assert(
      fc.property(opened(studioClub), steps(), (open, list) => {
        const account = open();
        for (const step of list) {
          const before = account.state;
          const done = run(account, step);
          if (done === null || done.command.kind === 'hold') continue;
          const quoted = quoteCommand(studioClub, before, done.command, account.now);
          expect(quoted.ok ? quoted.receipt : quoted.refusal).toEqual(done.decision.ok ? done.decision.receipt : done.decision.refusal);
          if (quoted.ok) expect(quoted.availableAfter).toBe(account.available);
        }
      }),
      { numRuns: runs(60) },
    );
  });
});
