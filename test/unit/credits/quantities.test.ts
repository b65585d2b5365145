/**
 * What the compiler has to refuse: each line below an `@ts-expect-error` mixes two quantities up, and is an error of `tsc` the day it compiles.
 * What runs shows that a brand is there for the compiler alone.
 */
import { expect, it } from 'vitest';
import { addMillis, days, hours, maxMillis, minMillis, minutes, seconds, timesMillis } from '../../../shared/credits/model/durations.ts';
import { laterBy, timeBetween } from '../../../shared/credits/model/instants.ts';
import {
  addMinor,
  minMinor,
  moneyCovering,
  moneyForUnits,
  NO_MONEY,
  negateMinor,
  roundedShareOfMinor,
  shareOfMinor,
  subtractMinor,
  sumMinor,
  unitsBought,
  unitsBoughtUp,
} from '../../../shared/credits/model/minor.ts';
import {
  accountIdFrom,
  BEFORE_FIRST,
  grantIdFrom,
  grantOfOperation,
  instantFrom,
  minorFrom,
  opIdFrom,
  seqAfter,
  seqFrom,
  unitsFrom,
} from '../../../shared/credits/model/minting.ts';
import type { AccountId, GrantId, Instant, Millis, Minor, OpId, Seq, Slice, Units } from '../../../shared/credits/model/quantities.ts';
import {
  addUnits,
  maxUnits,
  minUnits,
  NO_UNITS,
  negateUnits,
  remainingUnits,
  shareOfUnits,
  shareOfUnitsUp,
  subtractUnits,
  sumUnits,
  timesUnits,
} from '../../../shared/credits/model/units.ts';

it('a text is no id before it was parsed', () => {
  // @ts-expect-error Not parsed.
  const account: AccountId = 'acc_1';
  // @ts-expect-error Not parsed.
  const operation: OpId = 'op-1';
  // @ts-expect-error Not parsed.
  const grant: GrantId = 'grant-1';
  expect([account, operation, grant]).toEqual([accountIdFrom('acc_1'), opIdFrom('op-1'), grantIdFrom('grant-1')]);
});

it('an id of one kind is none of another', () => {
  const id = opIdFrom('op-1');
  // @ts-expect-error An operation is no account.
  const account: AccountId = id;
  // @ts-expect-error A grant may bear an operation's id, and says so.
  const grant: GrantId = id;
  // @ts-expect-error An account is no operation.
  const operation: OpId = accountIdFrom('acc_1');
  // @ts-expect-error What is remembered by operation is not found by account.
  const found = new Map<OpId, number>().get(accountIdFrom('acc_1'));
  expect([account, grant, operation, found]).toEqual(['op-1', grantOfOperation(id), 'acc_1', undefined]);
});

it('a number is no place in a ledger, and a sum of places is a number', () => {
  const third = seqFrom(3);
  // @ts-expect-error Not parsed.
  const count: Seq = 3;
  // @ts-expect-error The next place has a name of its own: `seqAfter`.
  const next: Seq = third + 1;
  const apart: number = next - third;
  expect([count, next, apart, seqAfter(BEFORE_FIRST, 2), seqAfter(third, -1)]).toEqual([3, seqAfter(third), 1, 2, 2]);
});

it('a number of cents is no money before it was parsed, and a sum of money is a number', () => {
  const price = minorFrom(1900n);
  // @ts-expect-error Not parsed.
  const parsed: Minor = 1900n;
  // @ts-expect-error It has a name: `addMinor`.
  const both: Minor = price + price;
  // @ts-expect-error It has a name: `negateMinor`.
  const back: Minor = -price;
  expect([parsed, both, back]).toEqual([price, addMinor(price, price), negateMinor(price)]);
});

it('a number is no credit before it was parsed, and a sum of credit is a number', () => {
  const credit = unitsFrom(19n);
  // @ts-expect-error Not parsed.
  const parsed: Units = 19n;
  // @ts-expect-error It has a name: `addUnits`.
  const both: Units = credit + credit;
  // @ts-expect-error It has a name: `negateUnits`.
  const back: Units = -credit;
  // @ts-expect-error It has a name: `timesUnits`.
  const twice: Units = 2n * credit;
  expect([parsed, both, back, twice]).toEqual([credit, addUnits(credit, credit), negateUnits(credit), timesUnits(credit, 2n)]);
});

it('a number is no duration before it was parsed, and one duration less another is a number', () => {
  const pause = minutes(1);
  // @ts-expect-error It does not say its unit: `seconds`, `minutes`.
  const plain: Millis = 60_000;
  // @ts-expect-error It has a name: `addMillis`.
  const both: Millis = pause + pause;
  // @ts-expect-error It has a name: `timesMillis`.
  const twice: Millis = 2 * pause;
  // @ts-expect-error A place in a ledger is no duration.
  const place: Millis = seqFrom(60_000);
  expect([plain, both, twice, place]).toEqual([pause, addMillis(pause, pause), timesMillis(pause, 2), pause]);
});

it('a number is no instant before it was parsed, and one instant less another is a number until it says that it is a duration', () => {
  const morning = instantFrom(1_000);
  const evening = laterBy(morning, minutes(1));
  // @ts-expect-error Not parsed.
  const plain: Instant = 61_000;
  // @ts-expect-error A duration is no instant.
  const duration: Instant = minutes(1);
  // @ts-expect-error A place in a ledger is no instant.
  const place: Instant = seqFrom(61_000);
  // @ts-expect-error What lies so long after it has a name: `laterBy`.
  const later: Instant = morning + minutes(1);
  // @ts-expect-error What lies between two instants is none.
  const between: Instant = evening - morning;
  // @ts-expect-error It has a name: `timeBetween`.
  const long: Millis = evening - morning;
  // @ts-expect-error An instant is no duration.
  const since: Millis = morning;
  const apart: number = evening - morning;
  expect([plain, duration, place, later]).toEqual([evening, minutes(1), evening, evening]);
  expect([between, long, apart, since]).toEqual([60_000, timeBetween(morning, evening), 60_000, morning]);
});

it.each<[string, number, number]>([
  ['seconds', seconds(1.5), 1500],
  ['minutes', minutes(2), 120_000],
  ['hours', hours(1), 3_600_000],
  ['days of 24 hours', days(2), 172_800_000],
  ['the shorter', minMillis(hours(1), minutes(59)), 3_540_000],
  ['the longer', maxMillis(hours(1), minutes(59)), 3_600_000],
])('%s', (_, found, right) => expect(found).toBe(right));

it('money is no credit, and credit is no money', () => {
  const price = minorFrom(1900n);
  const credit = unitsFrom(1900n);
  // @ts-expect-error Money is no credit.
  const charged: Units = price;
  // @ts-expect-error Credit is no money.
  const paid: Minor = credit;
  // @ts-expect-error Money has no slice in a grant.
  const slice: Slice = { bucket: 'b', grantId: grantIdFrom('g'), amount: price };
  // @ts-expect-error A place in a ledger is no money.
  const place: Minor = seqFrom(1);
  expect([charged, paid, slice.amount, place]).toEqual([1900n, 1900n, 1900n, 1]);
});

it.each<[string, bigint, bigint]>([
  ['a sum', sumMinor([minorFrom(3n), minorFrom(-1n), minorFrom(5n)]), 7n],
  ['a sum of none', sumMinor([]), NO_MONEY],
  ['less than nothing is left', subtractMinor(minorFrom(3n), minorFrom(5n)), -2n],
  ['the smaller of the two', minMinor(minorFrom(5n), minorFrom(-3n)), -3n],
  ['a share, rounded down', shareOfMinor(minorFrom(1000n), 2n, 3n), 666n],
  ['a share of a debt, rounded towards zero', shareOfMinor(minorFrom(-1000n), 2n, 3n), -666n],
  ['a share, rounded half up', roundedShareOfMinor(minorFrom(5n), 1n, 2n), 3n],
  ['a share, rounded to the nearer', roundedShareOfMinor(minorFrom(1000n), 1n, 3n), 333n],
  ['what an amount of balance costs', moneyForUnits(unitsFrom(50_099n), 100n), 500n],
  ['what is enough for it', moneyCovering(unitsFrom(50_001n), 100n), 501n],
  ['what a part of a price bought', unitsBought(unitsFrom(100n), minorFrom(1n), minorFrom(3n)), 33n],
  ['what goes back with it', unitsBoughtUp(unitsFrom(100n), minorFrom(1n), minorFrom(3n)), 34n],
  ['credit together', sumUnits([unitsFrom(3n), unitsFrom(-1n), unitsFrom(5n)]), 7n],
  ['none of it', sumUnits([]), NO_UNITS],
  ['less credit than nothing is left', subtractUnits(unitsFrom(3n), unitsFrom(5n)), -2n],
  ['nothing remains of less', remainingUnits(unitsFrom(3n), unitsFrom(5n)), 0n],
  ['what remains of more', remainingUnits(unitsFrom(5n), unitsFrom(3n)), 2n],
  ['the smaller amount', minUnits(unitsFrom(5n), unitsFrom(-3n)), -3n],
  ['the larger amount', maxUnits(unitsFrom(5n), unitsFrom(-3n)), 5n],
  ['a share of credit, rounded down', shareOfUnits(unitsFrom(100n), 2n, 3n), 66n],
  ['a share of credit, rounded up', shareOfUnitsUp(unitsFrom(100n), 2n, 3n), 67n],
])('%s', (_, found, right) => expect(found).toBe(right));
