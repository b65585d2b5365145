/** PG-12: credit from staff with an expiry of its own. A top-up that goes back moves nothing, so what it had moved holds again. */
import { describe, expect, it } from 'vitest';
import { type Command, decodeEntry, decodeState, encodeEntry, encodeState } from '../../../shared/credits/index.ts';
import { payAsYouGo } from '../../../shared/policies/index.ts';
import { units } from '../../quantities.ts';
import { Account, on } from './account.ts';

const policy = payAsYouGo({ trialCredit: units(5_000n), applyCost: units(10_000n) });
const topUp = (account: Account, opId: string, amount = 50_000n) => account.do({ kind: 'top-up', opId, amount });
const back = (purchaseOpId: string, basis: 'policy' | 'chargeback'): Command =>
  ({ kind: 'refund', opId: `${basis}-${purchaseOpId}`, purchaseOpId, basis, reason: 'test' }) as Command;

describe('PG-12: an expiry that staff named', () => {
  const gift = (account: Account, expiresAt: number | null) =>
    account.do({ kind: 'grant', opId: 'gift', bucket: 'balance', amount: 10_000n, reason: 'test', expiresAt });
  /** EUR 8.00 on 10 January, a gift in February, EUR 5.00 in June, which moves the clock for all of it and goes back. */
  function movedAndBack(expiresAt: number | null, basis: 'policy' | 'chargeback' = 'policy'): Account {
    const account = new Account(policy, '2026-01-10T09:00:00Z');
    topUp(account, 'first', 80_000n);
    gift(account.at('2026-02-01T09:00:00Z'), expiresAt);
    topUp(account.at('2026-06-01T09:00:00Z'), 'second');
    account.do(back('second', basis));
    return account;
  }
  it.each(['policy', 'chargeback'] as const)('holds again when the top-up that moved it goes back (%s)', (basis) => {
    const account = movedAndBack(on('2026-09-01T00:00:00Z'), basis);
    expect(account.wallet('2026-08-31T23:59:59.999Z').available).toBe(95_000n);
    expect(account.wallet('2026-09-01T00:00:00Z').available).toBe(85_000n);
    expect(account.wallet('2027-01-10T09:00:00Z').available).toBe(0n);
  });
  it('that there is none holds again, too', () => {
    expect(movedAndBack(null).wallet('2030-01-01T00:00:00Z').available).toBe(10_000n);
  });
  it('is moved by a top-up that is kept, and stays moved when another one goes back', () => {
    const account = new Account(policy, '2026-01-10T09:00:00Z');
    gift(account, on('2026-09-01T00:00:00Z'));
    topUp(account.at('2026-03-01T09:00:00Z'), 'kept');
    topUp(account.at('2026-06-01T09:00:00Z'), 'second');
    account.do(back('second', 'policy'));
    expect(account.wallet('2027-03-01T08:59:59.999Z').available).toBe(65_000n);
    expect(account.wallet('2027-03-01T09:00:00Z').available).toBe(0n);
  });
  it('is written down and read again', () => {
    const account = movedAndBack(null);
    for (const entry of account.entries) expect(decodeEntry(encodeEntry(entry))).toEqual({ ok: true, value: entry });
    expect(decodeState(encodeState(account.state))).toEqual({ ok: true, value: account.state });
  });
});
