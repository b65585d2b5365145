/** Quantities as tests write them: the one place of the tests that brands plain values. */
import { accountIdFrom } from '../shared/credits/model/minting.ts';
import type { AccountId } from '../shared/credits/model/quantities.ts';

export const accountNamed = (id: string): AccountId => accountIdFrom(id);
