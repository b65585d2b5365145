/** GS-12: what a change leaves over is the customer's: shown, used up by the next bills, given back when none will come. Never lost, never twice. */
import { describe, expect, it, test } from 'vitest';
import type { Command } from '../../../shared/credits/index.ts';
import { artificialStudio, creativeSuite, generativeSuite } from '../../../shared/policies/index.ts';
import { opNamed } from '../../quantities.ts';
import { Account, on } from './account.ts';

const studio = artificialStudio({ signUpCredits: null });
/** Pro yearly, 590.00, changed to monthly at once: 531.00 is carried after the first month's 59.00. */
const carrying = () => {
  const account = new Account(studio, '2026-03-01', { plan: 'pro', interval: 'year' });
  account.do({ kind: 'change-plan', opId: opNamed('month'), interval: 'month' });
  return account;
};
const paidOut = (account: Account) => account.entriesOf('carried-paid-out').map(({ money }) => money.minor);
const charged = (account: Account) =>
  account.entries.reduce((sum, entry) => {
    if (entry.kind === 'plan-changed') return sum + (entry.proration?.charged ?? 0n);
    return entry.kind === 'renewed' ? sum + (entry.charge?.minor ?? 0n) : sum;
  }, 0n);

it('is shown, with the bill that comes next', () => {
  expect(carrying().wallet()).toMatchObject({
    carried: { minor: 53_100n, currency: 'USD' },
    nextBill: { at: on('2026-04-01'), price: { minor: 5900n }, carried: 5900n, net: { minor: 0n } },
  });
});

it('is used up by the bills that follow, to the cent', () => {
  const account = carrying().at('2027-03-01');
  account.sweep();
  const charges = account.entriesOf('renewed').map(({ charge }) => charge?.minor);
  expect(charges).toEqual([...Array(9).fill(0n), 5900n, 5900n, 5900n]);
  expect([account.state.carried, paidOut(account)]).toEqual([0n, []]);
});

test.each<[string, string, readonly Command[], bigint]>([
  ['cancelled: when the period ends', '2026-04-01', [{ kind: 'cancel-plan', opId: opNamed('c') }], 53_100n],
  ['cancelled later: what is left then', '2026-06-10', [{ kind: 'cancel-plan', opId: opNamed('c') }], 0n],
  ['the account is closed: at once', '2026-03-02', [{ kind: 'close', opId: opNamed('x'), reason: 'left' }], 53_100n],
  ['unpaid: at once', '2026-03-02', [{ kind: 'end-plan', opId: opNamed('e'), since: on('2026-03-01') }], 53_100n + 5900n],
  ['paused, then ended', '2026-04-02', [{ kind: 'pause-plan', opId: opNamed('p') }], 0n],
])('given back: %s', (_, at, commands, minor) => {
  const account = carrying();
  if (at === '2026-06-10') account.at('2026-05-10');
  for (const command of commands) account.do(command);
  account.at(at).sweep();
  if (at === '2026-04-02') {
    expect([paidOut(account), account.wallet().carried.minor]).toEqual([[], 53_100n]);
    account.do({ kind: 'cancel-plan', opId: opNamed('c') });
    expect(paidOut(account)).toEqual([53_100n]);
  } else if (at === '2026-06-10') expect(paidOut(account)).toEqual([53_100n - 2n * 5900n]);
  else expect(paidOut(account)).toEqual([minor]);
  account.at('2027-06-01').sweep();
  expect([account.state.carried, account.entriesOf('carried-paid-out').length]).toEqual([0n, 1]);
});

it('given back when the plan that follows costs nothing', () => {
  const account = new Account(creativeSuite(), '2026-03-01', { plan: 'pro', interval: 'year' });
  account.do({ kind: 'change-plan', opId: opNamed('month'), interval: 'month' });
  account.do({ kind: 'change-plan', opId: opNamed('free'), plan: 'free' });
  expect(paidOut(account)).toEqual([]);
  account.at('2026-04-01').sweep();
  expect(paidOut(account)).toEqual([10_800n - 1300n]);
});

it('pays for an upgrade first', () => {
  const account = carrying();
  const receipt = account.do({ kind: 'change-plan', opId: opNamed('up'), plan: 'enterprise' });
  expect(receipt).toMatchObject({
    charge: { charge: { minor: 19_900n }, credit: { minor: 59_000n }, net: { minor: 0n }, carried: { minor: 39_100n } },
  });
});

describe('of a renewal that stays unpaid', () => {
  it('what it had used of carried money comes back, as far as its credit is there', () => {
    const account = new Account(generativeSuite(), '2026-03-01', { plan: 'plus', interval: 'year' });
    account.do({ kind: 'change-plan', opId: opNamed('m'), interval: 'month' });
    account.do({ kind: 'change-plan', opId: opNamed('g'), plan: 'generative' });
    expect(account.state.carried).toBe(8640n - 7900n);
    account.at('2026-03-31').sweep();
    expect(account.entriesOf('renewed')).toMatchObject([{ charge: { minor: 7160n }, carriedUsed: 740n }]);
    account.do({ kind: 'end-plan', opId: opNamed('e'), since: on('2026-03-31') });
    expect(paidOut(account)).toEqual([740n]);
  });
  it('nothing comes back for what was used', () => {
    const account = new Account(generativeSuite(), '2026-03-01', { plan: 'plus', interval: 'year' });
    account.do({ kind: 'change-plan', opId: opNamed('m'), interval: 'month' });
    account.at('2026-11-01').do({ kind: 'sweep' });
    const before = charged(account);
    expect(before > 0n && account.state.carried === 0n).toBe(true);
  });
});

it('an account of an earlier version whose plan ended with money carried gets it back', () => {
  const account = carrying();
  const subscription = account.state.subscription;
  if (subscription === null) throw new Error('It has a plan.');
  const { paid: _, ...old } = subscription;
  account.state = { ...account.state, subscription: { ...old, status: 'ended', next: null } };
  expect(account.at('2026-08-01').sweep()).toMatchObject([{ kind: 'carried-paid-out', money: { minor: 53_100n } }]);
});
