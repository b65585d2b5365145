/** PG-12: a top-up that is refunded or charged back moves nothing; what it had moved goes back, and comes again when it stands again. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { type Command, decodeEntry, decodeState, encodeEntry, encodeState } from '../../../shared/credits/index.ts';
import { backgroundStudio, payAsYouGo } from '../../../shared/policies/index.ts';
import { grantNamed, opNamed, units } from '../../quantities.ts';
import { runs } from '../../runs.ts';
import { Account, DAY, HOUR, on } from './account.ts';

const policy = payAsYouGo({ trialCredit: units(5_000n), applyCost: units(10_000n) });
const topUp = (account: Account, opId: string, amount = 50_000n) => account.do({ kind: 'top-up', opId, amount });
const back = (purchaseOpId: string, basis: 'policy' | 'goodwill' | 'chargeback', more: object = {}): Command =>
  ({ kind: 'refund', opId: `${basis}-${purchaseOpId}`, purchaseOpId, basis, reason: 'test', ...more }) as Command;
const won = (purchaseOpId: string): Command => ({
  kind: 'dispute-won',
  opId: opNamed(`won-${purchaseOpId}`),
  purchaseOpId: opNamed(purchaseOpId),
});
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

describe('PG-12: a top-up on account moves nothing before it is paid', () => {
  const onAccount = (account: Account, opId: string, amount = 50_000n) => account.do({ kind: 'top-up', opId, amount, onAccount: true });
  const note = (purchaseOpId: string, opId = `paid-${purchaseOpId}`): Command => ({
    kind: 'note-payment',
    opId: opNamed(opId),
    purchaseOpId: opNamed(purchaseOpId),
  });
  /** As `two`, the second on account. */
  function billed(amount = 50_000n): Account {
    const account = new Account(policy, '2026-01-10T09:00:00Z');
    topUp(account, 'first', 80_000n);
    onAccount(account.at('2027-01-09T09:00:00Z'), 'second', amount);
    return account;
  }
  const noted = (account: Account) => account.entriesOf('expiry-changed').filter(({ paid }) => paid);

  it('never paid: the older balance lapses when it would have, its own credit twelve months after its purchase', () => {
    const account = billed();
    expect(account.wallet('2027-01-10T08:59:59.999Z').available).toBe(135_000n);
    expect(account.wallet('2027-01-10T09:00:00Z').available).toBe(50_000n);
    expect(account.wallet('2028-01-09T08:59:59.999Z').available).toBe(50_000n);
    expect(account.wallet('2028-01-09T09:00:00Z').available).toBe(0n);
  });
  it('paid in time: all of it lives twelve months from that top-up, not from the payment', () => {
    const account = billed();
    account.at('2027-01-10T08:00:00Z').do(note('second'));
    expect(account.wallet('2028-01-09T08:59:59.999Z').available).toBe(135_000n);
    expect(account.wallet('2028-01-09T09:00:00Z').available).toBe(0n);
  });
  it('paid late: what had lapsed stays so, held credit of it too', () => {
    const account = billed();
    const [holdId = ''] = account.at('2027-01-10T08:59:00Z').hold();
    account.at('2027-01-10T10:00:00Z').do(note('second'));
    expect(account.available).toBe(50_000n);
    account.do({ kind: 'release', holdId, cause: 'cancelled', reason: 'x' });
    expect(account.available).toBe(50_000n);
  });
  it('once: noted again, or where nothing waits, it is refused', () => {
    const account = billed();
    account.do(note('second'));
    for (const purchaseOpId of ['second', 'first', 'trial', 'none'])
      expect(account.refusal(note(purchaseOpId, `again-${purchaseOpId}`))).toEqual({ code: 'not_found', what: purchaseOpId });
    expect(noted(account)).toHaveLength(1);
  });
  it('an earlier one that is paid after a later one moves nothing, and counts when the later one goes back', () => {
    const account = billed();
    topUp(account.at('2027-01-09T12:00:00Z'), 'third');
    account.do(note('second'));
    expect(noted(account)).toMatchObject([{ grantIds: [], clock: on('2027-01-09T12:00:00Z') }]);
    account.do(back('third', 'goodwill'));
    expect(account.wallet('2028-01-09T08:59:59.999Z').available).toBe(135_000n);
    expect(account.wallet('2028-01-09T09:00:00Z').available).toBe(0n);
  });
  it.each([
    ['all of it went back', undefined, false],
    ['less than a top-up is left', 600n, false],
    ['a whole top-up is left', 500n, true],
  ])('%s before it was paid', (_, minor, moves) => {
    const account = billed(100_000n);
    const receipt = account.do(back('second', 'goodwill', minor === undefined ? {} : { money: { minor, currency: 'EUR' } }));
    expect(receipt).not.toHaveProperty('older');
    expect(account.entriesOf('expiry-changed')).toEqual([]);
    account.do(note('second'));
    expect(account.wallet('2027-01-10T09:00:00Z').available >= 85_000n).toBe(moves);
  });
  it('goes back after it was paid: so does the clock', () => {
    const account = billed();
    account.do(note('second'));
    expect(account.do(back('second', 'chargeback'))).toMatchObject({ older: { amount: 85_000n, lapsesAt: on('2027-01-10T09:00:00Z') } });
    expect(account.wallet('2027-01-10T09:00:00Z').available).toBe(0n);
  });
  it('refused refund of one that was never paid: nothing moves', () => {
    const account = billed();
    account.do(back('second', 'goodwill'));
    const [refund] = account.entriesOf('refunded');
    if (refund === undefined) throw new Error('There is a refund.');
    account.do({ kind: 'refund-refused', opId: 'no', refund });
    expect(account.wallet('2027-01-10T09:00:00Z').available).toBe(50_000n);
  });
  it('PG-13: a grant meanwhile follows the clock that is paid for', () => {
    const account = billed();
    account.do({ kind: 'grant', opId: 'gift', bucket: 'balance', amount: 10_000n, reason: 'test' });
    expect(account.state.grants.get(grantNamed('gift'))?.expiresAt).toBe(on('2027-01-10T09:00:00Z'));
    account.do(note('second'));
    expect(account.state.grants.get(grantNamed('gift'))?.expiresAt).toBe(on('2028-01-09T09:00:00Z'));
  });
  it('a closed account still notes it', () => {
    const account = billed();
    account.do({ kind: 'close', opId: 'end', reason: 'x' });
    account.do(note('second'));
    expect(account.state.payments.some(({ open }) => open)).toBe(false);
    expect(account.available).toBe(0n);
  });
  it('paid the moment it is bought, it is as any other', () => {
    const [account, other] = [billed(), two()];
    account.do(note('second'));
    for (const at of ['2027-06-01', '2028-01-09T08:59:59.999Z', '2028-01-09T09:00:00Z'])
      expect(account.buckets(at)).toEqual(other.buckets(at));
    expect([...account.state.grants.values()].map(({ id, expiresAt }) => [id, expiresAt])).toEqual(
      [...other.state.grants.values()].map(({ id, expiresAt }) => [id, expiresAt]),
    );
    expect(account.state.lastPaidAt).toBe(other.state.lastPaidAt);
  });
  it('where no clock stands on it, the mark is not even kept', () => {
    const account = new Account(backgroundStudio(), '2026-01-10T09:00:00Z', { plan: 'professional-plus' });
    account.do({ kind: 'purchase', opId: 'pack', packId: 'pack-50', onAccount: true });
    expect(account.refusal(note('pack')).code).toBe('not_found');
    expect(account.entriesOf('granted').some(({ source }) => 'onAccount' in source)).toBe(false);
  });
});

test('PG-12: whatever goes back and stands again, the balance lives twelve months from the last top-up that is kept', () => {
  const step = fc.record({
    days: fc.integer({ min: 0, max: 60 }),
    what: fc.constantFrom('top', 'bill', 'pay', 'back', 'bank', 'won'),
    pick: fc.nat(20),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const account = new Account(policy, '2026-01-10T09:00:00Z');
      const kept = new Map<string, { at: number; state: 'kept' | 'open' | 'back' | 'bank' }>();
      for (const { days, what, pick } of steps) {
        account.at(account.now + days * DAY);
        const opId = [...kept.keys()][pick % Math.max(1, kept.size)] ?? '';
        const one = kept.get(opId);
        if (what === 'top') {
          const id = account.nextId();
          topUp(account, id);
          kept.set(id, { at: account.now, state: 'kept' });
        } else if (what === 'bill') {
          const id = account.nextId();
          account.do({ kind: 'top-up', opId: id, amount: 50_000n, onAccount: true });
          kept.set(id, { at: account.now, state: 'open' });
        } else if (what === 'pay' && one?.state === 'open') {
          // Forgotten a year later, when it can move nothing any more.
          if (account.try({ kind: 'note-payment', opId: account.nextId(), purchaseOpId: opId }).ok) one.state = 'kept';
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
          if (until !== null && until > account.now && grant.source.kind === 'purchase') {
            const own = new Date(grant.effectiveAt).setUTCFullYear(new Date(grant.effectiveAt).getUTCFullYear() + 1);
            expect(grant.expiresAt).toBe(kept.get(grant.id)?.state === 'open' ? Math.max(own, until) : until);
          }
      }
    }),
    { numRuns: runs(100) },
  );
});

describe('what work under way gives back when its clock went back meanwhile', () => {
  it('has the grace of its own expiry, whatever the same work held besides', () => {
    const account = new Account(payAsYouGo({ applyCost: units(12_000n), trialCredit: units(5_000n) }), '2026-11-25T09:00:00Z');
    account.at('2026-12-26T09:00:00Z').do({ kind: 'top-up', opId: 'paid', amount: 50_000n });
    const [holdId = ''] = account.at('2027-12-26T08:59:00Z').hold(1);
    const money = { minor: 400n, currency: 'EUR' };
    account.do({ kind: 'refund', opId: 'less', purchaseOpId: 'paid', basis: 'goodwill', money, reason: 'test' });
    // Without that top-up the trial credit had lapsed a month before; the 7000 of the top-up itself lapsed just now.
    account.at('2027-12-26T10:30:00Z').do({ kind: 'release', holdId, cause: 'failed', reason: 'test' });
    expect(account.buckets()).toEqual({ balance: 7_000n });
    expect(account.entriesOf('released').at(-1)).toMatchObject({
      graceUntil: on('2027-12-27T10:30:00Z'),
      graceOf: { trial: on('2027-11-25T09:00:00Z') + HOUR * 2 + DAY },
    });
    expect([account.wallet('2027-12-27T10:29:59Z').available, account.wallet('2027-12-27T10:30:00Z').available]).toEqual([7_000n, 0n]);
  });

  it.each([
    // Without the top-up it had lapsed a month before.
    ['2026-11-25T09:00:00Z', null],
    // It lapses seven hours earlier, and so its grace ends a day and the longest work of six hours after that.
    ['2026-12-26T02:00:00Z', '2027-12-27T08:00:00Z'],
  ] as const)('and what had its grace before the top-up went back, given on %s, keeps no more than that', (opened, until) => {
    const account = new Account(payAsYouGo({ applyCost: units(5_000n), trialCredit: units(5_000n) }), opened);
    account.at('2026-12-26T09:00:00Z').do({ kind: 'top-up', opId: 'paid', amount: 50_000n });
    const [holdId = ''] = account.at('2027-12-26T08:59:00Z').hold(1);
    account.at('2027-12-26T10:30:00Z').do({ kind: 'release', holdId, cause: 'failed', reason: 'test' });
    expect(account.buckets()).toEqual({ trial: 5_000n });
    account.do({ kind: 'refund', opId: 'back', purchaseOpId: 'paid', basis: 'goodwill', reason: 'test' });
    expect(account.available).toBe(until === null ? 0n : 5_000n);
    if (until !== null) expect([account.wallet(on(until) - 1).available, account.wallet(until).available]).toEqual([5_000n, 0n]);
    expect(decodeState(encodeState(account.state))).toMatchObject({ ok: true });
    for (const entry of account.entries) expect(decodeEntry(encodeEntry(entry))).toEqual({ ok: true, value: entry });
  });
});
