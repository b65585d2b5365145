/** Money back while work under way holds some of the credit: what is held is neither used nor unused (PG-16, AS-11). */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { type Command, type Policy, refusalText } from '../../../shared/credits/index.ts';
import { EPOCH } from '../../../shared/credits/model/instants.ts';
import { artificialStudio, backgroundStudio, generativeSuite, payAsYouGo } from '../../../shared/policies/index.ts';
import { cents, opNamed, units } from '../../quantities.ts';
import { runs } from '../../runs.ts';
import { Account, DAY, HOUR, on } from './account.ts';

const studio = backgroundStudio({ launchAt: on('2030-01-01') });
const artificial = artificialStudio({ signUpCredits: null });
const euro = payAsYouGo({ trialCredit: null, applyCost: units(10_000n) });

type How = 'release' | 'cancel' | 'settle' | 'time';
const end = (account: Account, holdId: string, how: How): void => {
  if (how === 'time') {
    account.at(account.now + 7 * HOUR).do({ kind: 'sweep' });
    return;
  }
  if (how === 'settle') account.do({ kind: 'settle', holdId });
  else account.do({ kind: 'release', holdId, cause: how === 'cancel' ? 'cancelled' : 'failed', reason: how });
};

/** 500 credits for 10.00, or EUR 5.00 of balance, or 50 credits for 10.00; some held. */
const bought: Readonly<Record<string, () => Account>> = {
  'artificial-studio': () => buying(artificial, { kind: 'purchase', opId: opNamed('bought'), packId: 'pack-500' }),
  'pay-as-you-go': () => buying(euro, { kind: 'top-up', opId: opNamed('bought'), amount: units(50_000n) }),
  'background-studio': () => buying(studio, { kind: 'purchase', opId: opNamed('bought'), packId: 'pack-300' }),
};
function buying(policy: Policy, command: Command): Account {
  const account = new Account(policy, '2026-11-23T09:00:00Z');
  account.do(command);
  return account;
}
const refund = (basis: 'policy' | 'goodwill' | 'chargeback', opId = `r-${basis}`): Command => ({
  kind: 'refund',
  opId: opNamed(opId),
  purchaseOpId: opNamed('bought'),
  basis,
  reason: 'test',
});

describe.each(Object.keys(bought))('%s: the customer asks for the money while work holds some of it', (id) => {
  const open = bought[id] ?? (() => new Account(studio, 0));

  it('is told until when at the latest, and nothing moves', () => {
    const account = open();
    const [holdId = ''] = account.hold(2);
    const until = account.state.holds.get(opNamed(holdId))?.expiresAt;
    const before = account.wallet();
    expect(account.refusal(refund('policy'))).toEqual({ code: 'not_refundable', why: 'held', until });
    expect(account.wallet()).toMatchObject({ available: before.available, held: before.held });
  });

  it.each(['release', 'settle', 'time'] as const)('has it once the work ended by %s', (how) => {
    const account = open();
    const holds = account.hold(2);
    for (const holdId of how === 'time' ? holds.slice(0, 1) : holds) end(account, holdId, how);
    expect(account.do(refund('policy'))).toMatchObject({ kind: 'refunded' });
    expect(account.available).toBe(0n);
  });
});

test('PG-16: words that say when to ask again', () => {
  const account = buying(studio, { kind: 'purchase', opId: opNamed('bought'), packId: 'pack-300' });
  account.hold(1);
  expect(refusalText(account.refusal(refund('policy')), studio, 'Europe/Berlin')).toBe(
    'Work under way holds some of this credit, until 23 November 2026, 12:00 at the latest. Nothing was refunded. Ask again when it is done.',
  );
});

describe.each(Object.keys(bought))('%s: the money is gone and the work ends later', (id) => {
  const open = bought[id] ?? (() => new Account(studio, 0));
  const cost = id === 'artificial-studio' ? 5n : id === 'pay-as-you-go' ? 10_000n : 1n;

  it.each(['release', 'cancel', 'time'] as const)(
    'taken by the bank: what comes back by %s is taken as well, and nothing is owed',
    (how) => {
      const account = open();
      const holdId = account.hold(1)[0] ?? '';
      if (how === 'cancel' && account.policy.operations['apply']?.cancellable === false) return;
      account.do(refund('chargeback'));
      expect(account.wallet()).toMatchObject({ available: 0n, held: cost, shortfall: 0n });
      expect(account.wallet().alerts).toContainEqual({ kind: 'shortfall', level: 'critical', amount: 0n, held: cost });
      end(account, holdId, how);
      expect(account.wallet()).toMatchObject({ available: 0n, held: 0n, shortfall: 0n });
      expect(account.wallet().alerts.map(({ kind }) => kind)).not.toContain('shortfall');
      expect(account.state.claims).toEqual([]);
    },
  );

  it('taken by the bank: what is spent after all is owed then, and not before', () => {
    const account = open();
    account.apply(2);
    const [one = '', two = ''] = account.hold(2);
    expect(account.do(refund('chargeback'))).toMatchObject({ shortfall: 2n * cost, awaited: 2n * cost });
    end(account, one, 'settle');
    expect(account.wallet().shortfall).toBe(3n * cost);
    end(account, two, 'release');
    expect(account.wallet()).toMatchObject({ available: 0n, held: 0n, shortfall: 3n * cost });
  });

  it('and given back by the bank: everything is as it was, whatever the work did meanwhile', () => {
    for (const how of ['release', 'settle'] as const) {
      const [account, untouched] = [open(), open()];
      const holds = [account, untouched].map((one) => one.hold(3));
      account.do(refund('chargeback'));
      for (const [index, one] of [account, untouched].entries()) end(one, holds[index]?.[0] ?? '', how);
      account.do({ kind: 'dispute-won', opId: opNamed('won'), purchaseOpId: opNamed('bought') });
      for (const [index, one] of [account, untouched].entries()) end(one, holds[index]?.[1] ?? '', 'release');
      expect(account.wallet()).toMatchObject({ available: untouched.available, held: untouched.wallet().held, shortfall: 0n });
      expect(account.state.claims).toEqual([]);
    }
  });

  it('given by staff in full: what comes back is taken as well, what is spent is let go', () => {
    const account = open();
    const [one = '', two = ''] = account.hold(2);
    expect(account.do(refund('goodwill'))).toMatchObject({ awaited: 2n * cost, shortfall: 0n });
    end(account, one, 'settle');
    end(account, two, 'release');
    expect(account.wallet()).toMatchObject({ available: 0n, held: 0n, shortfall: 0n });
    expect(account.state.claims).toEqual([]);
  });
});

test('staff gives a part back: only that much is awaited', () => {
  const account = buying(artificial, { kind: 'purchase', opId: opNamed('bought'), packId: 'pack-500' });
  const holds = account.hold(100);
  // 200 of 500 credits for 4.00 of 10.00; all of them are held.
  expect(account.do({ ...refund('goodwill'), money: { minor: 400n, currency: 'USD' } } as Command)).toMatchObject({
    amount: 0n,
    awaited: 200n,
  });
  for (const holdId of holds.slice(0, 50)) end(account, holdId, 'release');
  expect(account.available).toBe(50n);
  for (const holdId of holds.slice(50)) end(account, holdId, 'settle');
  expect(account.wallet()).toMatchObject({ available: 50n, held: 0n });
});

test('a plan’s payment that the bank took: what its work returns is taken as well', () => {
  const account = new Account(generativeSuite(), '2026-03-01');
  account.do({ kind: 'subscribe', opId: opNamed('sub'), plan: 'max' });
  const [one = '', two = ''] = account.hold(2);
  const period = account.state.subscription?.period ?? { start: EPOCH, end: EPOCH };
  const paid = { minor: cents(3900n), currency: 'USD' };
  const back: Command = {
    kind: 'return-plan',
    opId: opNamed('b'),
    paymentOpId: opNamed('sub'),
    basis: 'chargeback',
    paid,
    period,
    carries: true,
    spent: {},
    reason: 'x',
  };
  expect(account.do(back)).toMatchObject({ amount: 398n, awaited: 2n, shortfall: 0n });
  account.do({ kind: 'settle', holdId: one });
  account.do({ kind: 'release', holdId: two, cause: 'failed', reason: 'x' });
  expect(account.wallet()).toMatchObject({ available: 0n, held: 0n, shortfall: 1n });
  account.do({ kind: 'dispute-won', opId: opNamed('won'), purchaseOpId: opNamed('sub') });
  expect(account.wallet()).toMatchObject({ available: 399n, shortfall: 0n });
});

test('a refund that was not made after all gives back what was taken later as well', () => {
  const account = buying(studio, { kind: 'purchase', opId: opNamed('bought'), packId: 'pack-300' });
  const [one = '', two = ''] = account.hold(2);
  account.do(refund('goodwill'));
  end(account, one, 'release');
  const [entry, later] = account.entriesOf('refunded');
  if (entry === undefined || later === undefined) throw new Error('There is a refund, and what it awaited.');
  account.do({ kind: 'refund-refused', opId: opNamed('no'), refund: entry, takenSince: later.slices });
  end(account, two, 'release');
  expect(account.wallet()).toMatchObject({ available: 300n, held: 0n });
});

test('AS-11: everything back is given once by itself; from the second time on staff decides', () => {
  const account = buying(artificial, { kind: 'purchase', opId: opNamed('bought'), packId: 'pack-500' });
  account.apply(100);
  account.do(refund('policy'));
  account.do({ kind: 'purchase', opId: opNamed('second'), packId: 'pack-500' });
  const second = { ...refund('policy'), opId: opNamed('again'), purchaseOpId: opNamed('second') } as Command;
  expect(account.refusal(second)).toEqual({ code: 'not_refundable', why: 'given-before' });
  expect(account.do({ ...second, basis: 'goodwill' } as Command)).toMatchObject({ money: { minor: 1000n } });
  // A year later it is still the second time.
  account.at('2027-12-01').do({ kind: 'purchase', opId: opNamed('third'), packId: 'pack-500' });
  expect(account.refusal({ ...second, purchaseOpId: opNamed('third') } as Command)).toMatchObject({ why: 'given-before' });
});

test('AS-11: one that the provider did not make was not given', () => {
  const account = buying(artificial, { kind: 'purchase', opId: opNamed('bought'), packId: 'pack-500' });
  account.do(refund('policy'));
  const [entry] = account.entriesOf('refunded');
  if (entry === undefined) throw new Error('There is a refund.');
  account.do({ kind: 'refund-refused', opId: opNamed('no'), refund: entry });
  expect(account.do(refund('policy', 'again'))).toMatchObject({ kind: 'refunded' });
});

describe('PG-16, AS-11: days are counted as the law counts them, in the account’s zone', () => {
  test.each([
    ['Europe/Berlin', '2026-03-04T08:00:00Z', '2026-03-18T22:59:59.999Z', '2026-03-18T23:00:00Z'],
    ['Europe/Berlin', '2026-03-04T22:59:00Z', '2026-03-18T22:59:59.999Z', '2026-03-18T23:00:00Z'],
    ['Europe/Berlin', '2026-03-04T23:00:00Z', '2026-03-19T22:59:59.999Z', '2026-03-19T23:00:00Z'],
    // Over the end of summer time, when a day has 25 hours.
    ['Europe/Berlin', '2026-10-20T10:00:00Z', '2026-11-03T22:59:59.999Z', '2026-11-03T23:00:00Z'],
    ['Pacific/Apia', '2026-03-04T11:00:00Z', '2026-03-19T10:59:59.999Z', '2026-03-19T11:00:00Z'],
    ['America/St_Johns', '2026-03-04T08:00:00Z', '2026-03-19T02:29:59.999Z', '2026-03-19T02:30:00Z'],
  ])('%s: bought %s, until %s', (timeZone, at, last, late) => {
    const account = new Account(euro, at, { timeZone });
    account.do({ kind: 'top-up', opId: opNamed('bought'), amount: 50_000n });
    expect(account.at(late).refusal(refund('policy'))).toEqual({ code: 'not_refundable', why: 'window-closed' });
    const decision = new Account(euro, at, { timeZone });
    decision.do({ kind: 'top-up', opId: opNamed('bought'), amount: 50_000n });
    expect(decision.at(last).do(refund('policy'))).toMatchObject({ money: { minor: 500n } });
  });
});

test('whatever is held, refunded and ended in whatever order: no credit is left for money that went back', () => {
  const action = fc.record({
    what: fc.constantFrom('hold', 'settle', 'release', 'time', 'policy', 'goodwill', 'chargeback', 'won'),
    pick: fc.nat(9),
  });
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(bought)), fc.array(action, { maxLength: 25 }), (id, actions) => {
      const account = bought[id]?.() ?? new Account(studio, 0);
      for (const { what, pick } of actions) {
        const holds = [...account.state.holds.keys()];
        const holdId = holds[pick % Math.max(1, holds.length)] ?? '';
        if (what === 'hold') account.try({ kind: 'hold', atomic: true, operations: account.operations(1 + pick * 5) });
        else if (what === 'settle') account.try({ kind: 'settle', holdId });
        else if (what === 'release') account.try({ kind: 'release', holdId, cause: 'failed', reason: 'x' });
        else if (what === 'time') account.at(account.now + 7 * HOUR);
        else if (what === 'won') account.try({ kind: 'dispute-won', opId: account.nextId(), purchaseOpId: opNamed('bought') });
        else account.try(refund(what, account.nextId()));
      }
      for (const holdId of account.state.holds.keys()) account.try({ kind: 'release', holdId, cause: 'failed', reason: 'end' });
      account.at(account.now + DAY).sweep();
      const [purchase] = account.entriesOf('granted').filter((entry) => entry.source.kind === 'purchase');
      const paid = purchase?.source.kind === 'purchase' ? purchase.source.paid.minor : 0n;
      const back = account.entries.reduce(
        (sum, entry) =>
          entry.kind === 'refunded' ? sum + entry.money.minor : entry.kind === 'dispute-won' ? sum - entry.money.minor : sum,
        0n,
      );
      if (back === paid) expect(account.available).toBe(0n);
      expect(account.state.claims).toEqual([]);
      expect(account.state.shortfall >= 0n).toBe(true);
    }),
    { numRuns: runs(150) },
  );
});
