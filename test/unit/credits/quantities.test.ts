/**
 * What the compiler has to refuse: each line below an `@ts-expect-error` mixes two quantities up, and is an error of `tsc` the day it compiles.
 * What runs shows that a brand is there for the compiler alone.
 */
import { expect, it } from 'vitest';
import { accountIdFrom } from '../../../shared/credits/model/minting.ts';
import type { AccountId } from '../../../shared/credits/model/quantities.ts';

it('a text is no account’s id before it was parsed', () => {
  // @ts-expect-error Not parsed.
  const account: AccountId = 'acc_1';
  expect(account).toBe(accountIdFrom('acc_1'));
});
