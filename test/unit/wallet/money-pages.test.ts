/** What the pages show under each policy: plans, tiers, top-ups, what can be given back, usage. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openCache } from '../../../electron/wallet/copy/cache.ts';
import type { Present } from '../../../electron/wallet/copy/present.ts';
import { featureText, offersOf, plansView, tierViewOf } from '../../../electron/wallet/read/plans.ts';
import { heldReturns, returnables } from '../../../electron/wallet/read/returns.ts';
import { autoTopUpView, quoteTopUp, topUpTerms } from '../../../electron/wallet/read/top-ups.ts';
import { usageView } from '../../../electron/wallet/read/usage.ts';
import { type Command, decide, emptyAccount, evolveAll, open, type Policy, pinned } from '../../../shared/credits/index.ts';
import {
  artificialStudio,
  backgroundStudio,
  creativeSuite,
  generativeSuite,
  payAsYouGo,
  policyIds,
  policyNamed,
} from '../../../shared/policies/index.ts';
import { accountNamed, instant, opNamed, units } from '../../quantities.ts';
import { startOfTest } from './fake-world.ts';
import { SmallLedger } from './small-ledger.ts';

const dayMs = 86_400_000;

/** An account after these commands, all at the start of the test, looked at `days` later. */
function opened(policy: Policy, plan: string | null, commands: readonly Command[], days = 0): Present {
  const named = plan === null ? {} : { plan, slots: 12 };
  const first = open(policy, { accountId: accountNamed('acc_pages'), timeZone: 'Europe/Berlin', ...named }, startOfTest);
  let state = evolveAll(emptyAccount, first);
  for (const command of commands) {
    const decision = decide(policy, state, command, startOfTest);
    if (!decision.ok) throw new Error(JSON.stringify(decision.refusal, (_, value) => (typeof value === 'bigint' ? String(value) : value)));
    state = decision.state;
  }
  return { policy, terms: pinned(policy, state), state, now: instant(startOfTest + days * dayMs) };
}

describe('what the policy offers', () => {
  test.each([
    ['background-studio', { plans: 'shown', packs: true, oneDiscount: true, topUp: false, autoTopUp: false }],
    ['pay-as-you-go', { plans: 'none', packs: false, oneDiscount: false, topUp: true, autoTopUp: true }],
    ['generative-suite', { plans: 'sold', packs: true, oneDiscount: false, topUp: false, autoTopUp: true }],
    ['creative-suite', { plans: 'sold', packs: true, oneDiscount: true, topUp: false, autoTopUp: false }],
    ['artificial-studio', { plans: 'sold', packs: true, oneDiscount: true, topUp: false, autoTopUp: false }],
  ])('%s', (id, offers) => {
    const policy = policyNamed(id);
    if (policy === null) throw new Error(`There is no policy ${id}.`);
    expect(offersOf(policy)).toEqual(offers);
  });

  test('every policy is looked at here', () => expect(policyIds).toHaveLength(5));
});

describe('PG-14: what the balance allows', () => {
  const all = { allows: 'All models and resolutions', at: '0.5000' };
  test.each([
    [
      0n,
      {
        allows: 'Nothing that costs; preview, revert and reports are free',
        next: { allows: 'backdrop-lite only, up to 2K', at: '0.0100', missing: '0.0100' },
      },
    ],
    [4999n, { allows: 'backdrop-lite only, up to 2K', next: { ...all, missing: '0.0001' } }],
    [5000n, { allows: 'All models and resolutions', next: null }],
  ])('%s units', (available, tier) => expect(tierViewOf(payAsYouGo(), units(available))).toEqual(tier));

  test('a policy without tiers says nothing', () => expect(tierViewOf(backgroundStudio(), units(5n))).toBeNull());
});

describe('plans', () => {
  test('GS-09, GS-05: yearly costs 40% less, and what each is from here', () => {
    const { list, sold, yearly, interval } = plansView(opened(generativeSuite(), 'max', []));
    expect({ sold, yearly, interval }).toEqual({ sold: true, yearly: true, interval: 'month' });
    expect(list.map(({ id, step, yearSavingPercent }) => [id, step, yearSavingPercent])).toEqual([
      ['plus', 'downgrade', 40],
      ['max', 'current', 40],
      ['generative', 'upgrade', 40],
      ['team', 'upgrade', 40],
    ]);
    expect(list[1]).toMatchObject({ month: { amount: '39.00' }, year: { amount: '280.80' }, yearByMonth: { amount: '23.40' } });
    // $290.00 a year are $24.17 a month, not $24.16.
    const creator = plansView(opened(artificialStudio(), 'starter', [])).list.find(({ id }) => id === 'creator');
    expect(creator).toMatchObject({ year: { amount: '290.00' }, yearByMonth: { amount: '24.17' } });
    expect(list[3]).toMatchObject({
      allowance: '6,000 credits each month',
      features: ['20% off every pack', '100 own models', 'Dedicated support', 'Credit alerts'],
    });
  });

  test('from the plan that everybody has, a paid one is a beginning', () => {
    expect(plansView(opened(creativeSuite(), 'free', [])).list.map(({ step }) => step)).toEqual(['current', 'begin', 'begin']);
    expect(plansView(opened(artificialStudio(), null, [])).list.map(({ step }) => step)).toEqual(['begin', 'begin', 'begin', 'begin']);
  });

  test('a contract’s plans have no price', () => {
    const { sold, list } = plansView(opened(backgroundStudio(), 'premium', []));
    expect([sold, list.at(-1)?.month, list.at(-1)?.allowance]).toEqual([false, null, 'Unlimited, fair use up to 5,000 credits each month']);
  });

  test.each([
    ['api', 'API access'],
    ['models:1', '1 own model'],
    ['support:e-mail', 'E-mail support'],
    ['new-models-first', 'New models first'],
  ])('the feature %s reads "%s"', (feature, words) => expect(featureText(feature)).toBe(words));
});

describe('PG-02: topping up', () => {
  const present = opened(payAsYouGo(), null, []);
  test.each([
    ['5', '5.0000', '5.50'],
    ['12,50', '12.5000', '13.00'],
    [' 100.00 ', '100.0000', '100.50'],
  ])('"%s" is bought', (typed, amount, afterwards) =>
    expect(quoteTopUp(present, typed)).toMatchObject({ amount, availableAfter: `${afterwards}00`, refusal: null }),
  );

  test.each([
    ['4,99', /The least that can be bought is €5\.00\b/],
    ['10000.01', /The most that can be bought at once/],
    ['5.001', /whole number of cents/],
    ['', /is written like/],
    ['-5', /is written like/],
    ['1e3', /is written like/],
    ['five', /is written like/],
    ['5.00000001', /is written like/],
  ])('"%s" is refused in words, and the balance stays', (typed, words) => {
    const quote = quoteTopUp(present, typed);
    expect(quote.refusal).toMatch(words);
    expect(quote.availableAfter).toBe('0.5000');
  });

  test('suggests round amounts from the least on; where packs are sold there are no terms', () => {
    expect(topUpTerms(present)?.suggested).toEqual(['5.0000', '10.0000', '25.0000', '50.0000', '100.0000']);
    expect(topUpTerms(opened(generativeSuite(), 'plus', []))).toBeNull();
  });

  test('ST-11: automatic top-up is not there at all; elsewhere it is off', () => {
    expect(autoTopUpView(opened(backgroundStudio(), 'basic', []))).toBeNull();
    expect(autoTopUpView(present)).toEqual({ settings: null, defaultCap: { amount: '50.00', currency: 'EUR' } });
  });
});

describe('what can be given back', () => {
  const pack: Command = { kind: 'purchase', opId: opNamed('buy'), packId: 'pack-300' };
  const use = {
    kind: 'hold',
    atomic: true,
    operations: Array.from({ length: 30 }, (_, n) => ({
      opId: opNamed(`photo-${n}`),
      kind: 'apply',
      photo: `photo-${n}`,
      recipe: { background: 'paper', logo: null },
    })),
  } as const satisfies Command;

  test('the unused share, as long as the policy takes it back', () => {
    const used = use.operations.map(({ opId }): Command => ({ kind: 'settle', holdId: opNamed(opId) }));
    expect(returnables(opened(backgroundStudio(), 'basic', [pack, use, ...used]))).toMatchObject([
      {
        opId: opNamed('buy'),
        granted: '300',
        paid: { amount: '54.00' },
        refund: { amount: '48.60' },
        amount: '270',
        // Bought on 23 November in Berlin: the last of fourteen days ends with 7 December.
        until: '2026-12-07T22:59:59.999Z',
        older: null,
      },
    ]);
    expect(returnables(opened(backgroundStudio(), 'basic', [pack], 15))).toEqual([]);
  });

  test('PG-16: not while work under way holds some of it, and then it is said why', () => {
    const present = opened(backgroundStudio(), 'basic', [pack, use]);
    expect(returnables(present)).toEqual([]);
    expect(heldReturns(present)).toEqual([
      {
        opId: opNamed('buy'),
        boughtAt: expect.any(String),
        granted: '300',
        paid: { amount: '54.00', currency: 'EUR' },
        why: expect.stringMatching(/^Work under way holds some of this credit, until .* at the latest\. .* Ask again when it is done\.$/),
      },
    ]);
  });

  test('what is not held, or too late to go back, is not said to wait', () => {
    expect(heldReturns(opened(backgroundStudio(), 'basic', [pack]))).toEqual([]);
    expect(heldReturns(opened(backgroundStudio(), 'basic', [pack], 15))).toEqual([]);
  });

  test('nothing where only support decides', () =>
    expect(returnables(opened(generativeSuite(), 'plus', [{ ...pack, packId: 'pack-100' }]))).toEqual([]));
});

describe('AS-08: usage', () => {
  const folder = mkdtempSync(join(tmpdir(), 'backlot-usage-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('by day and by tool, from the copy alone; what came back is counted and costs nothing', () => {
    const ledger = new SmallLedger();
    ledger.hold('one', 'two', 'three');
    ledger.run({ kind: 'settle', holdId: opNamed('one') });
    ledger.run({ kind: 'settle', holdId: opNamed('two') });
    ledger.run({ kind: 'release', holdId: opNamed('three'), cause: 'failed', reason: 'failed' });
    const cache = openCache(join(folder, 'cache.db'), () => undefined);
    cache.append(ledger.page(0, 100).entries, ledger.epoch);
    const policy = backgroundStudio();
    const present: Present = { policy, terms: pinned(policy, ledger.state), state: ledger.state, now: instant(startOfTest + 2 * dayMs) };
    const usage = usageView(cache, present, 7);
    expect(usage).toMatchObject({
      amount: '2',
      times: 2,
      works: [{ label: 'Apply changes', item: '', times: 2, amount: '2', returned: 1 }],
    });
    expect(usage.days.map(({ day, amount }) => `${day} ${amount}`)).toEqual([
      '2026-11-19 0',
      '2026-11-20 0',
      '2026-11-21 0',
      '2026-11-22 0',
      '2026-11-23 2',
      '2026-11-24 0',
      '2026-11-25 0',
    ]);
    expect(usage.days[4]?.slices).toEqual([{ bucket: 'promo', amount: '2' }]);
    // Longer ago than asked for: none of it.
    expect(usageView(cache, { ...present, now: instant(startOfTest + 30 * dayMs) }, 7)).toMatchObject({ amount: '0', times: 0, works: [] });
    cache.close();
  });
});
