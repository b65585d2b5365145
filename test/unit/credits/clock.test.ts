/** PG-12: a top-up that is refunded or charged back moves nothing; what it had moved goes back, and comes again when it stands again. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { Command } from '../../../shared/credits/index.ts';
import { payAsYouGo } from '../../../shared/policies/index.ts';
import { Account, DAY, on } from './account.ts';

const policy = payAsYouGo({ trialCredit: 5_000n, applyCost: 10_000n });
const topUp = (account: Account, opId: string, amount = 50_000n) => account.do({ kind: 'top-up', opId, amount });
const back = (purchaseOpId: string, basis: 'policy' | 'goodwill' | 'chargeback', more: object = {}): Command =>
  ({ kind: 'refund', opId: `${basis}-${purchaseOpId}`, purchaseOpId, basis, reason: 'test', ...more }) as Command;
const won = (purchaseOpId: string): Command => ({ kind: 'dispute-won', opId: `won-${purchaseOpId}`, purchaseOpId });
/** EUR 8.00 on 10 January, EUR 5.00 the day before it would lapse. */
function two(): Account {
  const account = new Account(policy, '2026-01-10T09:00:00Z');
  topUp(account, 'first', 80_000n);
  topUp(account.at('2027-01-09T09:00:00Z'), 'second');
  return account;
}

describe.each(['policy', 'goodwill', 'chargeback'] as const)('PG-12: the second top-up goes back (%s)', (basis) => {
  it('in time: the older balance lapses when it would have', () => {
    const account = two();
    const receipt = account.do(back('second', basis));
    expect(receipt).toMatchObject({ older: { amount: 85_000n, lapsesAt: on('2027-01-10T09:00:00Z') } });
    expect(account.wallet('2027-01-10T08:59:59.999Z').available).toBe(85_000n);
    expect(account.wallet('2027-01-10T09:00:00Z').available).toBe(0n);
  });
  it('again and again: it is no way to keep a balance', () => {
    const account = new Account(policy, '2026-01-10T09:00:00Z');
    topUp(account, 'first', 80_000n);
    for (const [n, at] of ['2026-06-01', '2026-09-01', '2027-01-09'].entries()) {
      topUp(account.at(at), `again-${n}`);
      account.do(back(`again-${n}`, basis));
    }
    expect(account.wallet('2027-01-10T09:00:00Z').available).toBe(0n);
  });
  it('late: the older balance lapses at once, and the receipt said so', () => {
    if (basis === 'policy') return;
    const account = two().at('2027-03-01T00:00:00Z');
    const receipt = account.do(back('second', basis));
    expect(receipt).toMatchObject({ older: { amount: 85_000n, lapsesAt: on('2027-03-01T00:00:00Z') } });
    expect(account.available).toBe(0n);
  });
  it('what comes after is counted from the top-up that was kept', () => {
    const account = two();
    account.do(back('second', basis));
    account.do({ kind: 'grant', opId: 'gift', bucket: 'balance', amount: 10_000n, reason: 'test' });
    expect(account.wallet('2027-01-10T09:00:00Z').available).toBe(0n);
    topUp(account, 'third');
    expect(account.wallet('2028-01-09T08:59:59.999Z').available).toBe(145_000n);
  });
});

test('PG-12: an earlier top-up that goes back leaves the clock where it is', () => {
  const account = two();
  expect(account.do(back('first', 'goodwill'))).not.toHaveProperty('older');
  expect(account.wallet('2028-01-09T08:59:59.999Z').available).toBe(55_000n);
});

test('PG-12: both go back: what is left counts from its own day', () => {
  const account = two();
  account.do(back('second', 'goodwill'));
  account.do(back('first', 'goodwill'));
  expect(account.available).toBe(5_000n);
  expect(account.wallet('2027-01-10T09:00:00Z').available).toBe(0n);
});

describe('PG-12: a part goes back', () => {
  it('less than a top-up is kept: the clock goes back, what is left of it lives its own twelve months', () => {
    const account = two();
    account.do(back('second', 'goodwill', { money: { minor: 100n, currency: 'EUR' } }));
    expect(account.wallet('2027-01-10T09:00:00Z').available).toBe(40_000n);
    expect(account.wallet('2028-01-09T08:59:59.999Z').available).toBe(40_000n);
  });
  it('a whole top-up is kept: it moved the clock', () => {
    const account = new Account(policy, '2026-01-10T09:00:00Z');
    topUp(account, 'first', 80_000n);
    topUp(account.at('2027-01-09T09:00:00Z'), 'second', 100_000n);
    account.do(back('second', 'goodwill', { money: { minor: 500n, currency: 'EUR' } }));
    expect(account.wallet('2028-01-09T08:59:59.999Z').available).toBe(135_000n);
  });
});

describe('PG-12: the dispute is won', () => {
  it.each([
    ['the same day', '2027-01-09T12:00:00Z'],
    ['after the older balance lapsed', '2027-06-01T00:00:00Z'],
  ])('%s: the clock and the balance are as they were', (_, at) => {
    const [account, untouched] = [two(), two()];
    account.do(back('second', 'chargeback'));
    account.at(at).do(won('second'));
    untouched.at(at).sweep();
    expect(account.available).toBe(untouched.available);
    for (const later of ['2028-01-09T08:59:59.999Z', '2028-01-09T09:00:00Z'])
      expect(account.wallet(later).available).toBe(untouched.wallet(later).available);
  });
  it('when all of it would have lapsed by now: nothing comes back to life', () => {
    const account = two();
    account.do(back('second', 'chargeback'));
    account.at('2028-02-01').do(won('second'));
    expect(account.available).toBe(0n);
  });
  it('also for a lapse at once', () => {
    const account = two().at('2027-03-01');
    account.do(back('second', 'chargeback'));
    expect(account.available).toBe(0n);
    account.at('2027-04-01').do(won('second'));
    expect(account.available).toBe(135_000n);
  });
});

test('PG-12: a refund that was not made after all moves the clock again, and what had lapsed lives', () => {
  const account = two().at('2027-03-01');
  account.do(back('second', 'goodwill'));
  const [refund] = account.entriesOf('refunded');
  const lapsed = account.entriesOf('expired').flatMap(({ slices }) => slices);
  if (refund === undefined) throw new Error('There is a refund.');
  account.do({ kind: 'refund-refused', opId: 'no', refund, lapsedSince: lapsed });
  expect(account.available).toBe(135_000n);
  expect(account.wallet('2028-01-09T08:59:59.999Z').available).toBe(135_000n);
});

test('PG-12: whatever goes back and stands again, the balance lives twelve months from the last top-up that is kept', () => {
  const step = fc.record({ days: fc.integer({ min: 0, max: 60 }), what: fc.constantFrom('top', 'back', 'bank', 'won'), pick: fc.nat(20) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const account = new Account(policy, '2026-01-10T09:00:00Z');
      const kept = new Map<string, { at: number; state: 'kept' | 'back' | 'bank' }>();
      for (const { days, what, pick } of steps) {
        account.at(account.now + days * DAY);
        const opId = [...kept.keys()][pick % Math.max(1, kept.size)] ?? '';
        const one = kept.get(opId);
        if (what === 'top') {
          const id = account.nextId();
          topUp(account, id);
          kept.set(id, { at: account.now, state: 'kept' });
        } else if (one?.state === 'kept' && (what === 'back' || what === 'bank')) {
          const done = account.try({ ...back(opId, what === 'back' ? 'goodwill' : 'chargeback'), opId: account.nextId() } as Command);
          if (done.ok) one.state = what;
        } else if (one?.state === 'bank' && what === 'won') {
          account.do({ ...won(opId), opId: account.nextId() } as Command);
          one.state = 'kept';
        }
        account.sweep();
        const last = Math.max(0, ...[...kept.values()].filter(({ state }) => state === 'kept').map(({ at }) => at));
        const until = last === 0 ? null : new Date(last).setUTCFullYear(new Date(last).getUTCFullYear() + 1);
        for (const grant of account.state.grants.values())
          if (until !== null && until > account.now && grant.source.kind === 'purchase') expect(grant.expiresAt).toBe(until);
      }
    }),
    { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 100) },
  );
});
