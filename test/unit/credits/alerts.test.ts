import { describe, expect, it } from 'vitest';
import { alertText, forecast, raised } from '../../../shared/credits/index.ts';
import { days } from '../../../shared/credits/model/durations.ts';
import { earlierBy } from '../../../shared/credits/model/instants.ts';
import type { Instant } from '../../../shared/credits/model/quantities.ts';
import { backgroundStudio, payAsYouGo } from '../../../shared/policies/index.ts';
import { units } from '../../quantities.ts';
import { Account, DAY, on } from './account.ts';

const policy = backgroundStudio({ launchAt: on('2030-01-01') });
const texts = (account: Account): string[] => account.wallet().alerts.map((alert) => alertText(alert, account.policy, 'UTC'));

describe('alerts', () => {
  it('a full wallet says nothing', () =>
    expect(new Account(policy, '2026-11-05', { plan: 'professional-plus', slots: 50 }).wallet().alerts).toEqual([]));
  it.each([
    [79, []],
    [80, ['80% of this month’s credit is used. New credit arrives on 1 December 2026.']],
    [85, ['15 credits left.', '85% of this month’s credit is used. New credit arrives on 1 December 2026.']],
    [99, ['1 credit left.', '99% of this month’s credit is used. New credit arrives on 1 December 2026.']],
  ])('with %s of 100 used', (used, expected) => {
    const account = new Account(policy, '2026-11-05', { plan: 'professional-plus', slots: 10 });
    account.apply(used);
    expect(texts(account).map((text) => text.replace("'", '’'))).toEqual(expected);
  });
  it('an empty wallet says so first', () => {
    expect(texts(new Account(policy, '2026-11-05'))[0]).toBe('No credit left. Preview, revert and reports stay free.');
  });
  it('fair use near', () => {
    const account = new Account(backgroundStudio({ launchAt: on('2030-01-01'), fairUseCap: units(100n) }), '2026-11-05', {
      plan: 'premium',
    });
    account.apply(79);
    expect(account.wallet().alerts).toEqual([]);
    account.apply(1);
    expect(account.wallet().alerts).toEqual([{ kind: 'fair_use_near', level: 'warning', percent: 80, resetsAt: on('2026-12-01') }]);
  });
  it.each([
    [31, []],
    [30, [['info', 30]]],
    [7, [['warning', 7]]],
    [1, [['warning', 1]]],
  ])('purchased credit that expires in %s days', (days, expected) => {
    const account = new Account(policy, '2026-11-05');
    account.do({ kind: 'purchase', opId: 'buy', packId: 'pack-300' });
    account.at(on('2027-11-05') - days * DAY);
    const found = account.wallet().alerts.flatMap((alert) => (alert.kind === 'expiring' ? [[alert.level, alert.days]] : []));
    expect(found).toEqual(expected);
  });
  it('monthly credit that is about to be replaced is no news', () => {
    expect(new Account(policy, '2026-11-30', { plan: 'professional-plus', slots: 50 }).wallet().alerts).toEqual([]);
  });
  it('says with a date what expires', () => {
    const account = new Account(policy, '2026-11-05');
    account.do({ kind: 'purchase', opId: 'buy', packId: 'pack-300' });
    expect(texts(account.at('2027-10-29'))).toEqual(['Purchased: 300 credits expire in 7 days, 5 November 2027.']);
  });
  it.each([
    ['2027-10-10T08:00:00Z', 'expire in 26 days'],
    ['2027-10-10T23:59:00Z', 'expire in 26 days'],
    ['2027-11-04T08:00:00Z', 'expire tomorrow'],
    ['2027-11-05T11:00:00Z', 'expire today'],
  ])('counts days as a calendar does: at %s they %s', (now, said) => {
    const account = new Account(policy, '2026-11-05T12:00:00Z');
    account.do({ kind: 'purchase', opId: 'buy', packId: 'pack-300' });
    expect(texts(account.at(now))).toEqual([`Purchased: 300 credits ${said}, 5 November 2027.`]);
  });
  it('is raised once for each thing it is about', () => {
    const account = new Account(policy, '2026-11-05');
    account.do({ kind: 'purchase', opId: 'buy', packId: 'pack-300' });
    const at = (days: number) => account.at(on('2027-11-05') - days * DAY).wallet().alerts;
    expect(raised(at(31), at(30))).toHaveLength(1);
    expect(raised(at(30), at(29))).toHaveLength(0);
    expect(raised(at(8), at(7))).toHaveLength(1);
  });
});

describe('the forecast', () => {
  /** `perDay` photos on each of the last 28 days. */
  const usage = (now: Instant, perDay: bigint) =>
    Array.from({ length: 28 }, (_, day) => ({ at: earlierBy(now, days(day)), amount: units(perDay) }));
  it('a pack at ten a day lasts a month', () => {
    const account = new Account(policy, '2026-10-01').at('2026-11-05');
    account.do({ kind: 'purchase', opId: 'buy', packId: 'pack-300' });
    const { photosLeft, perDay, runsOutAt, lapsing } = forecast(policy, account.state, usage(account.now, 10n), account.now);
    expect([photosLeft, perDay, lapsing]).toEqual([300, 10, []]);
    expect(runsOutAt).toBe(account.now + 31 * DAY);
  });
  it('monthly credit that renews never runs out at a small pace, and what lapses is said', () => {
    const account = new Account(policy, '2026-10-01', { plan: 'professional-plus', slots: 50 }).at('2026-11-21');
    const { runsOutAt, lapsing } = forecast(policy, account.state, usage(account.now, 10n), account.now);
    expect(runsOutAt).toBe(null);
    expect(lapsing[0]).toEqual({ at: on('2026-12-01'), bucket: 'monthly', amount: 410n });
  });
  it('less than one a day adds up', () => {
    const account = new Account(payAsYouGo({ trialCredit: units(1000n), applyCost: units(500n) }), '2026-10-01').at('2026-11-05');
    const { perDay, runsOutAt, photosLeft } = forecast(
      account.policy,
      account.state,
      [{ at: account.now, amount: units(700n) }],
      account.now,
    );
    expect([perDay, photosLeft]).toEqual([25, 2]);
    expect(runsOutAt).toBe(account.now + 41 * DAY);
  });
  it('one every second day: five last ten days', () => {
    const account = new Account(policy, '2026-10-01').at('2026-11-05');
    account.do({ kind: 'grant', opId: 'g', bucket: 'purchased', amount: 5n, reason: 'test' });
    const { perDay, runsOutAt } = forecast(policy, account.state, [{ at: account.now, amount: units(14n) }], account.now);
    expect([perDay, runsOutAt]).toEqual([0.5, account.now + 12 * DAY]);
  });
  it('unlimited under fair use', () => {
    const account = new Account(policy, '2026-11-05', { plan: 'premium' });
    expect(forecast(policy, account.state, [], account.now)).toMatchObject({ photosLeft: null, perDay: 0, runsOutAt: null });
  });
  it('an empty wallet', () => {
    const account = new Account(policy, '2026-11-05');
    expect(forecast(policy, account.state, [], account.now)).toEqual({ photosLeft: 0, perDay: 0, runsOutAt: null, lapsing: [] });
  });
});
