/** What was agreed and paid on a provider's page is what happens, and what was never paid ends. */
import { describe, expect, it } from 'vitest';
import { generativeSuite, payAsYouGo } from '../../../shared/policies/index.ts';
import { Account, DAY } from './account.ts';

const subscribed = (plan = 'max'): Account => {
  const account = new Account(generativeSuite(), '2026-03-01');
  account.do({ kind: 'subscribe', opId: 'sub', plan });
  return account;
};

describe('an agreed purchase', () => {
  const agreed = { credits: 500n, paid: { minor: 4920n, currency: 'USD' } };
  it('holds, whatever the pack costs by now', () => {
    const account = subscribed();
    expect(account.do({ kind: 'purchase', opId: 'p', packId: 'pack-500', agreed })).toMatchObject({
      paid: agreed.paid,
      grant: { amount: 500n },
    });
  });
  it('holds for a pack that is no longer offered', () => {
    expect(subscribed().do({ kind: 'purchase', opId: 'p', packId: 'gone', agreed })).toMatchObject({ kind: 'granted' });
  });
  it('is refused past what a wallet holds, and where no packs are sold', () => {
    const huge = { ...agreed, credits: 2n ** 63n };
    expect(subscribed().refusal({ kind: 'purchase', opId: 'p', packId: 'pack-500', agreed: huge }).code).toBe('invalid_amount');
    expect(new Account(payAsYouGo(), '2026-03-01').refusal({ kind: 'purchase', opId: 'p', packId: 'pack-500', agreed }).code).toBe(
      'not_offered',
    );
  });
});

describe('an upgrade that was priced earlier', () => {
  it('costs what it cost then and applies now', () => {
    const [early, late] = [subscribed(), subscribed()];
    const pricedAt = early.at('2026-03-11').now;
    const priceOf = (account: Account, pricedAtThen?: number) => {
      const receipt = account.do({ kind: 'change-plan', opId: 'up', plan: 'generative', pricedAt: pricedAtThen });
      return receipt.kind === 'subscription' ? [receipt.charge.net, receipt.charge.lines] : receipt;
    };
    expect(priceOf(late.at('2026-03-13'), pricedAt)).toEqual(priceOf(early));
    expect(late.available).toBe(early.available);
  });
  it('is refused once the plan was renewed in between', () => {
    const account = subscribed();
    const pricedAt = account.now;
    account.at(account.now + 31 * DAY);
    expect(account.refusal({ kind: 'change-plan', opId: 'up', plan: 'team', pricedAt })).toMatchObject({ code: 'conflict' });
  });
});

describe('a period that stays unpaid', () => {
  it('ends at once with what it gave; what came before, and what was bought, stays', () => {
    const account = subscribed();
    account.do({ kind: 'purchase', opId: 'p', packId: 'pack-100' });
    account.at('2026-04-02');
    expect(account.available).toBe(900n);
    const since = account.wallet().plan?.periodEnd ?? 0;
    account.do({ kind: 'end-plan', opId: 'end', since: since - 30 * DAY });
    expect(account.wallet().plan?.status).toBe('ended');
    expect(account.buckets()).toMatchObject({ purchased: 100n });
    expect(account.available).toBe(500n);
    expect(account.at('2026-06-15').wallet().plan?.status).toBe('ended');
  });
  it('keeps what work under way holds until that is done', () => {
    const account = subscribed();
    const [held = ''] = account.hold(1);
    account.do({ kind: 'end-plan', opId: 'end', since: account.now });
    expect(account.available).toBe(0n);
    expect(account.do({ kind: 'settle', holdId: held })).toMatchObject({ charged: 1n });
  });
  it('ends once', () => {
    const account = subscribed();
    account.do({ kind: 'end-plan', opId: 'end', since: account.now });
    expect(account.refusal({ kind: 'end-plan', opId: 'end2', since: account.now }).code).toBe('not_found');
  });
});
