/**
 * What the compiler has to refuse: each line below an `@ts-expect-error` mixes two quantities up, and is an error of `tsc` the day it compiles.
 * What runs shows that a brand is there for the compiler alone.
 */
import { expect, it } from 'vitest';
import {
  accountIdFrom,
  BEFORE_FIRST,
  grantIdFrom,
  grantOfOperation,
  opIdFrom,
  seqAfter,
  seqFrom,
} from '../../../shared/credits/model/minting.ts';
import type { AccountId, GrantId, OpId, Seq } from '../../../shared/credits/model/quantities.ts';

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
