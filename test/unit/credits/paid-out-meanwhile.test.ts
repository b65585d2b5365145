/**
 * A year that stands on other money as well: its own payment was disputed, which paid that other money out as far as nothing had been had for it, and was won.
 * What stays is the price of the month that was had, and of nothing to come: when the other payment goes back too, all that it had bought is owed.
 */
import { describe, expect, it } from 'vitest';
import type { Command } from '../../../shared/credits/index.ts';
import { creativeSuite } from '../../../shared/policies/index.ts';
import { opNamed, units } from '../../quantities.ts';
import { planPayments } from '../../simulation/arbitrage/plan-payments.ts';
import { Account } from './account.ts';

/** 108.00 for a year of 130 credits a month; a day later a month of it, and at once the year again: 0.30 are charged, 107.70 go on. */
function again(): Account {
  const account = new Account(creativeSuite({ planCredits: { free: units(5n), plus: units(60n), pro: units(130n) } }), '2026-11-25');
  account.do({ kind: 'change-plan', opId: 'year', plan: 'pro', interval: 'year' });
  account.at('2026-11-26').do({ kind: 'change-plan', opId: 'month', interval: 'month' });
  account.do({ kind: 'change-plan', opId: 'again', interval: 'year' });
  expect(account.entriesOf('plan-changed').at(-1)?.proration).toMatchObject({ charged: 30n, credited: 10_770n });
  return account;
}

function back(account: Account, payment: string): Command {
  const found = planPayments(account.entries, 'USD').find(({ paymentOpId }) => paymentOpId === payment);
  if (found === undefined) throw new Error(`Nothing was paid for by ${payment}.`);
  return { kind: 'return-plan', opId: opNamed(`${payment}-back`), basis: 'chargeback', reason: 'test', ...found };
}

describe('GS-12: of a period whose other money was paid out meanwhile', () => {
  // The 0.30 that stay are the price of 4 credits of the second year; what was used of the first, for its own 0.30, were 4 as well.
  it.each([
    ['all of it spent', 130, 9900n, 126n],
    ['some of it left, which went when its money did', 100, 10_107n, 96n],
  ] as const)('%s: all that it bought is owed', (_, spent, paidOut, owed) => {
    const account = again();
    account.apply(5 + 4 + spent);
    account.do(back(account, 'again'));
    account.sweep();
    expect(account.entriesOf('carried-paid-out').map(({ money }) => money.minor)).toEqual([paidOut]);
    account.do({ kind: 'dispute-won', opId: 'won', purchaseOpId: 'again', restores: account.state.subscription?.period });
    expect([account.available, account.state.shortfall]).toEqual([0n, 0n]);
    account.do(back(account, 'year'));
    expect(account.entriesOf('refunded').at(-1)).toMatchObject({
      slices: [],
      stood: [
        { period: 'year', minor: 30n, shortfall: 4n },
        { period: 'again', minor: 10_770n - paidOut, shortfall: owed },
      ],
    });
    account.do({ kind: 'dispute-won', opId: 'won-too', purchaseOpId: 'year' });
    expect([account.available, account.state.shortfall]).toEqual([0n, 0n]);
  });
});
