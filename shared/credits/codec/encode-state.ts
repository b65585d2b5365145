/** Account states as JSON, for snapshots. What can be derived is left out and derived again. */
import { z } from 'zod';
import { ok, type Result } from '../../result.ts';
import { earliestExpiry, earliestTimeout } from '../model/draft.ts';
import { Layered } from '../model/layered.ts';
import type { AccountState } from '../model/model.ts';
import {
  autoTopUpSettings,
  type Encoded,
  encoded,
  malformed,
  minor,
  money,
  refundBasis,
  slice,
  source,
  stood,
  subscription,
  units,
} from './encode-entry.ts';
import { accountId, grantId, instant, operationId, seq } from './quantities.ts';

const text = z.string();
const grant = z.strictObject({
  id: grantId,
  bucket: text,
  source,
  effectiveAt: instant,
  expiresAt: instant.nullable(),
  graceUntil: instant.nullable(),
  unpaid: z.exactOptional(z.literal(true)),
  granted: units,
  available: units,
  held: units,
  spent: units,
  expired: units,
  refunded: units,
  paidBack: minor,
});
const hold = z.strictObject({
  opId: operationId,
  at: instant,
  expiresAt: instant,
  slices: z.array(slice),
  kind: text,
  least: units.nullable(),
});
const totals = z.strictObject({ granted: units, spent: units, expired: units, refunded: units });
const autoTopUp = z.strictObject({
  settings: autoTopUpSettings,
  lastTriggerSeq: seq,
  retryAt: instant.nullable(),
  declinesInARow: z.int(),
  spentInMonth: minor,
  lastPurchaseAt: instant.nullable(),
});

const paidPart = z.strictObject({ of: operationId.nullable(), minor });
const paidPeriod = z.strictObject({
  price: minor,
  cash: minor,
  returned: minor,
  movedOn: z.boolean(),
  own: minor,
  from: z.array(paidPart),
  granted: units,
  grantedFor: minor,
  gone: units,
  spent: units,
});

/** The form of a snapshot; raised when it changes, so that an old one is rebuilt from its entries and never misread. */
export const STATE_FORM = 10;

const state = z.strictObject({
  form: z.literal(STATE_FORM),
  accountId,
  policy: z.strictObject({ id: text, version: z.int() }),
  timeZone: text,
  country: text.nullable(),
  anchor: instant,
  resetDay: z.int().nullable(),
  openedAt: instant,
  closedAt: instant.nullable(),
  seq,
  lastAt: instant,
  subscription: subscription.nullable(),
  planSince: instant,
  allowanceFor: instant.nullable(),
  monthGiven: z.strictObject({ units, until: instant }).nullable(),
  promotionFor: z.record(text, z.strictObject({ total: units, units, until: instant })),
  trialGiven: z.boolean(),
  lastPaidAt: instant.nullable(),
  payments: z.array(
    z.strictObject({ opId: operationId, at: instant, until: instant, paid: minor, open: z.exactOptional(z.literal(true)) }),
  ),
  carried: minor,
  carriedFrom: z.array(paidPart),
  paidPeriods: z.record(operationId, paidPeriod),
  shortfall: units,
  grants: z.array(grant),
  recent: z.array(grant),
  closed: z.record(text, totals),
  holds: z.array(hold),
  disputes: z.record(
    operationId,
    z.strictObject({
      slices: z.array(slice),
      money,
      shortfall: units,
      moved: z.exactOptional(z.array(grantId)),
      lapsed: z.exactOptional(z.array(slice)),
      stood: z.exactOptional(stood),
    }),
  ),
  claims: z.array(
    z.strictObject({ refund: operationId, grantId, purchaseOpId: operationId, basis: refundBasis, bucket: text, amount: units }),
  ),
  refundsByItself: z.int(),
  paidBack: z.record(operationId, minor),
  autoTopUp: autoTopUp.nullable(),
});

/** A snapshot of an account, as JSON. */
export type EncodedState = Readonly<Record<string, Encoded>>;

/** The snapshot of a state; `decodeState` gives an equal state back. */
export function encodeState(value: AccountState): EncodedState {
  const { grants, holds, nextExpiryAt: _expiry, nextTimeoutAt: _timeout, ...plain } = value;
  const data: Record<string, Encoded> = { form: STATE_FORM };
  for (const [key, member] of Object.entries(plain)) data[key] = encoded(member);
  data['grants'] = encoded([...grants.values()]);
  data['holds'] = encoded([...holds.values()]);
  return data;
}

/** The state, or which member is not what it should be. */
export function decodeState(value: unknown): Result<AccountState> {
  const parsed = state.safeParse(value);
  if (!parsed.success) return malformed('state', parsed.error);
  const { form: _, grants, holds, ...plain } = parsed.data;
  const bare: AccountState = {
    ...plain,
    grants: new Map(grants.map((one) => [one.id, one])),
    holds: new Layered(holds.map((one) => [one.opId, one])),
    nextExpiryAt: null,
    nextTimeoutAt: null,
  };
  return ok({ ...bare, nextExpiryAt: earliestExpiry(bare), nextTimeoutAt: earliestTimeout(bare) });
}
