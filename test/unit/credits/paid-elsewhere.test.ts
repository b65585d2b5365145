/** What was agreed and paid on a provider's page is what happens, and what was never paid ends. */
import { describe, expect, it } from 'vitest';
import type { Command } from '../../../shared/credits/index.ts';
import { EPOCH } from '../../../shared/credits/model/instants.ts';
import { generativeSuite, payAsYouGo } from '../../../shared/policies/index.ts';
import { cents, opNamed } from '../../quantities.ts';
import { Account, DAY, HOUR, on } from './account.ts';

const subscribed = (plan = 'max'): Account => {
  const account = new Account(generativeSuite(), '2026-03-01');
  account.do({ kind: 'subscribe', opId: opNamed('sub'), plan });
  return account;
};

describe('an agreed purchase', () => {
  const agreed = { credits: 500n, paid: { minor: 4920n, currency: 'USD' } };
  it('holds, whatever the pack costs by now', () => {
    const account = subscribed();
    expect(account.do({ kind: 'purchase', opId: opNamed('p'), packId: 'pack-500', agreed })).toMatchObject({
      paid: agreed.paid,
      grant: { amount: 500n },
    });
  });
  it('holds for a pack that is no longer offered', () => {
    expect(subscribed().do({ kind: 'purchase', opId: opNamed('p'), packId: 'gone', agreed })).toMatchObject({ kind: 'granted' });
  });
  it('is refused past what a wallet holds, and where no packs are sold', () => {
    const huge = { ...agreed, credits: 2n ** 63n };
    expect(subscribed().refusal({ kind: 'purchase', opId: opNamed('p'), packId: 'pack-500', agreed: huge }).code).toBe('invalid_amount');
    expect(new Account(payAsYouGo(), '2026-03-01').refusal({ kind: 'purchase', opId: opNamed('p'), packId: 'pack-500', agreed }).code).toBe(
      'not_offered',
    );
  });
});

describe('an upgrade that was priced earlier', () => {
  it('costs what it cost then and applies now', () => {
    const [early, late] = [subscribed(), subscribed()];
    const pricedAt = early.at('2026-03-11').now;
    const priceOf = (account: Account, pricedAtThen?: number) => {
      const receipt = account.do({ kind: 'change-plan', opId: opNamed('up'), plan: 'generative', pricedAt: pricedAtThen });
      return receipt.kind === 'subscription' ? [receipt.charge.net, receipt.charge.lines] : receipt;
    };
    expect(priceOf(late.at('2026-03-13'), pricedAt)).toEqual(priceOf(early));
    expect(late.available).toBe(early.available);
  });
  it('is refused once the plan was renewed in between', () => {
    const account = subscribed();
    const pricedAt = account.now;
    account.at(account.now + 31 * DAY);
    expect(account.refusal({ kind: 'change-plan', opId: opNamed('up'), plan: 'team', pricedAt })).toMatchObject({ code: 'conflict' });
  });
});

describe('a period that stays unpaid', () => {
  it('ends at once with what it gave; what came before, and what was bought, stays', () => {
    const account = subscribed();
    account.do({ kind: 'purchase', opId: opNamed('p'), packId: 'pack-100' });
    account.at('2026-04-02');
    expect(account.available).toBe(900n);
    const since = account.wallet().plan?.periodEnd ?? 0;
    account.do({ kind: 'end-plan', opId: opNamed('end'), since: since - 30 * DAY });
    expect(account.wallet().plan?.status).toBe('ended');
    expect(account.buckets()).toMatchObject({ purchased: 100n });
    expect(account.available).toBe(500n);
    expect(account.at('2026-06-15').wallet().plan?.status).toBe('ended');
  });
  it('keeps what work under way holds until that is done', () => {
    const account = subscribed();
    const [held = ''] = account.hold(1);
    account.do({ kind: 'end-plan', opId: opNamed('end'), since: account.now });
    expect(account.available).toBe(0n);
    expect(account.do({ kind: 'settle', holdId: held })).toMatchObject({ charged: 1n });
  });
  it.each([
    ['fails', (account: Account, holdId: string) => account.do({ kind: 'release', holdId, cause: 'failed', reason: 'x' })],
    ['is taken back', (account: Account, holdId: string) => account.do({ kind: 'release', holdId, cause: 'cancelled', reason: 'x' })],
    ['is never resolved', (account: Account) => account.at(account.now + 30 * DAY).sweep()],
  ])('gives no grace to what work under way held: it %s, and nothing of it can be used', (_, end) => {
    const account = subscribed();
    const [held = ''] = account.hold(1);
    account.do({ kind: 'end-plan', opId: opNamed('end'), since: account.now });
    account.at(account.now + HOUR);
    end(account, held);
    expect(account.state.holds.size).toBe(0);
    expect(account.available).toBe(0n);
    expect(account.entriesOf('released').map(({ graceUntil }) => graceUntil)).toEqual([null]);
  });
  it('gives none when the plan has begun anew meanwhile, and leaves theirs to the others', () => {
    const account = subscribed();
    account.do({
      kind: 'grant',
      opId: opNamed('gift'),
      bucket: 'purchased',
      amount: 1n,
      expiresAt: account.now + HOUR / 2,
      reason: 'test',
    });
    account.do({ kind: 'take-back', opId: opNamed('less'), bucket: 'monthly', amount: 398n, reason: 'test' });
    const holds = account.hold(3);
    expect(account.available).toBe(0n);
    account.do({ kind: 'end-plan', opId: opNamed('end'), since: account.now });
    account.at(account.now + HOUR).do({ kind: 'subscribe', opId: opNamed('anew'), plan: 'max' });
    const before = account.available;
    for (const holdId of holds) account.do({ kind: 'release', holdId, cause: 'failed', reason: 'x' });
    expect(account.available).toBe(before + 1n);
  });
  it('ends once', () => {
    const account = subscribed();
    account.do({ kind: 'end-plan', opId: opNamed('end'), since: account.now });
    expect(account.refusal({ kind: 'end-plan', opId: opNamed('end2'), since: account.now }).code).toBe('not_found');
  });
});

describe('a plan’s payment that goes back', () => {
  const paid = { minor: cents(3900n), currency: 'USD' };
  const back = (account: Account, more: object = {}): Command => {
    const { period } = account.state.subscription ?? { period: { start: EPOCH, end: EPOCH } };
    const common = { opId: account.nextId(), paymentOpId: opNamed('sub'), paid, period, carries: true, spent: {}, reason: 'test' };
    return { kind: 'return-plan', basis: 'chargeback', ...common, ...more };
  };

  it('taken by the bank: unused credit goes, what was spent is owed, what is held goes when it comes back, the plan ends', () => {
    const account = subscribed();
    account.do({ kind: 'purchase', opId: opNamed('p'), packId: 'pack-100' });
    account.apply(30);
    account.hold(5);
    expect(account.do(back(account))).toEqual({ kind: 'refunded', money: paid, amount: 365n, awaited: 5n, shortfall: 30n });
    expect([account.buckets(), account.state.shortfall, account.wallet().plan?.status]).toEqual([{ purchased: 100n }, 30n, 'ended']);
    expect(account.refusal(back(account))).toEqual({ code: 'not_refundable', why: 'already-refunded' });
  });
  it('won again: the credit returns, nothing is owed, and the rest of the period runs out without renewing', () => {
    const account = subscribed();
    account.apply(30);
    const { start } = account.state.subscription?.period ?? { start: 0 };
    account.do(back(account));
    account.at('2026-03-20');
    account.do({ kind: 'dispute-won', opId: opNamed('won'), purchaseOpId: opNamed('sub'), restores: { start } });
    expect([account.available, account.state.shortfall, account.wallet().plan?.status]).toEqual([370n, 0n, 'cancelling']);
    expect(account.at('2026-04-02').wallet().plan?.status).toBe('ended');
  });
  it('won when the period is over: no plan comes back, and the next one is left alone', () => {
    const [late, anew] = [subscribed(), subscribed()];
    for (const account of [late, anew]) account.do(back(account));
    late
      .at('2026-05-01')
      .do({ kind: 'dispute-won', opId: opNamed('won'), purchaseOpId: opNamed('sub'), restores: { start: on('2026-03-01') } });
    anew.at('2026-03-05').do({ kind: 'subscribe', opId: opNamed('sub2'), plan: 'plus' });
    anew.do({ kind: 'dispute-won', opId: opNamed('won'), purchaseOpId: opNamed('sub'), restores: { start: on('2026-03-01') } });
    expect([late.wallet().plan?.status, anew.wallet().plan?.id, anew.wallet().plan?.status]).toEqual(['ended', 'plus', 'active']);
  });
  it('heard of months later: what was spent then is owed, the period that runs now goes on', () => {
    const account = subscribed();
    account.apply(30);
    const period = account.state.subscription?.period;
    account.at('2026-07-01').do({ kind: 'sweep' });
    const spent = { [account.entriesOf('granted')[0]?.grantId ?? '']: 30n, gone: 7n };
    const before = account.available;
    expect(account.do(back(account, { period, spent }))).toMatchObject({ amount: 0n, shortfall: 37n });
    expect([account.available, account.wallet().plan?.status]).toEqual([before, 'active']);
  });
  it('given back in part: its share of the credit, and the plan goes on; the rest as well: it ends', () => {
    const account = subscribed();
    account.do(back(account, { basis: 'goodwill', money: { ...paid, minor: 975n } }));
    expect([account.available, account.wallet().plan?.status]).toEqual([300n, 'active']);
    expect(account.refusal(back(account, { basis: 'goodwill', money: { ...paid, minor: 2926n } })).code).toBe('invalid_amount');
    expect(account.refusal(back(account, { basis: 'goodwill', money: { minor: 1n, currency: 'EUR' } })).code).toBe('currency_mismatch');
    account.do(back(account, { basis: 'goodwill' }));
    expect([account.available, account.state.shortfall, account.wallet().plan?.status]).toEqual([0n, 0n, 'ended']);
  });
  it('of an upgrade takes what the upgrade brought and ends the plan; what the period before had paid of it is given back', () => {
    const account = subscribed().at('2026-03-11');
    account.do({ kind: 'change-plan', opId: opNamed('up'), plan: 'generative' });
    expect(account.available).toBe(900n + 133n);
    account.do(back(account, { paymentOpId: opNamed('up') }));
    expect([account.available, account.wallet().plan?.status]).toEqual([133n, 'ended']);
    expect(account.entriesOf('carried-paid-out').map(({ money }) => money)).toEqual([{ minor: 2600n, currency: 'USD' }]);
  });
  it('of the first payment leaves what an upgrade was paid for, and takes what had gone into the upgrade', () => {
    const account = subscribed();
    const { period } = account.state.subscription ?? {};
    account.at('2026-03-11').do({ kind: 'change-plan', opId: 'up', plan: 'generative' });
    // 26.00 of its 79.00 are 297 of its 900 credits, rounded up.
    expect(account.do(back(account, { period }))).toMatchObject({ amount: 133n + 297n, shortfall: 0n });
    expect([account.available, account.wallet().plan?.status]).toEqual([900n - 297n, 'active']);
  });
  it('of a period that was cut short takes what was carried from it: never twice', () => {
    const account = subscribed('max');
    account.do({ kind: 'change-plan', opId: opNamed('year'), interval: 'year' });
    const { period } = account.state.subscription ?? {};
    account.at('2026-03-02').do({ kind: 'change-plan', opId: opNamed('month'), interval: 'month' });
    expect(account.state.carried > 20_000n).toBe(true);
    account.do(back(account, { paymentOpId: opNamed('year'), period, paid: { minor: 28_080n, currency: 'USD' } }));
    expect(account.state.carried).toBe(0n);
  });
  it('happens to a closed account as well', () => {
    const account = subscribed();
    const command = back(account);
    account.do({ kind: 'close', opId: opNamed('close'), reason: 'left' });
    expect(account.do(command)).toMatchObject({ kind: 'refunded', money: paid });
  });
});
