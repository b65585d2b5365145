/** Entries as JSON: bigints are decimal strings. Decoding is total: the entry, or the place that is wrong. */
import { z } from 'zod';
import { fail, ok, type Result } from '../../result.ts';
import type { Entry } from '../model/model.ts';
import { accountId, grantId, instant, operationId } from './quantities.ts';

/** A whole number of any size on the wire. */
const integer = z
  .string()
  .regex(/^-?\d{1,40}$/)
  .transform((text) => BigInt(text));
/** Credit on the wire. */
export const units = integer.brand<'Units'>();
/** Money on the wire. */
export const minor = integer.brand<'Minor'>();
const text = z.string();
/** An amount of money as stored: minor units, and the currency they are of. */
export const money = z.strictObject({ minor, currency: text });
/** How much of which grant, as stored. */
export const slice = z.strictObject({ bucket: text, grantId, amount: units });
const slices = z.array(slice);
const policyRef = z.strictObject({ id: text, version: z.int() });
const interval = z.enum(['month', 'year']);
const cycle = z.strictObject({ anchor: instant, index: z.int(), start: instant, end: instant });
const choice = z.strictObject({ plan: text, slots: z.int(), interval });
/** A subscription as entries and snapshots hold it. Members that may be absent came with later versions. */
export const subscription = z.strictObject({
  plan: text,
  slots: z.int(),
  interval,
  status: z.enum(['active', 'cancelling', 'pausing', 'paused', 'ended']),
  cycle,
  period: cycle,
  paid: z.exactOptional(
    z
      .strictObject({
        minor,
        currency: text,
        carried: minor,
        since: instant,
        by: z.exactOptional(operationId),
        gone: z.exactOptional(units),
      })
      .nullable(),
  ),
  next: choice.nullable(),
});
const proration = z.strictObject({ charged: minor, credited: minor, carried: minor, unused: z.exactOptional(minor), currency: text });
/** Where a grant came from. Members that may be absent came with later versions. */
export const source = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('plan'),
    plan: text,
    cycleStart: instant,
    cycleEnd: instant,
    paid: z.exactOptional(money.nullable()),
    paidBy: z.exactOptional(operationId),
  }),
  z.strictObject({ kind: z.literal('promotion'), promotionId: text, cycleStart: instant }),
  z.strictObject({
    kind: z.literal('purchase'),
    packId: text.nullable(),
    paid: money,
    automatic: z.boolean(),
    onAccount: z.exactOptional(z.literal(true)),
  }),
  z.strictObject({ kind: z.literal('trial') }),
  z.strictObject({
    kind: z.literal('admin'),
    reason: text,
    of: z.exactOptional(operationId),
    until: z.exactOptional(instant.nullable()),
  }),
]);
const purpose = z.strictObject({ kind: text, photo: text.nullable(), traits: z.record(text, text) });
/** What the customer set for automatic purchases, as stored. */
export const autoTopUpSettings = z.strictObject({ below: units, packId: text.nullable(), amount: units.nullable(), monthlyCap: money });

/** By whose decision money went back. */
export const refundBasis = z.enum(['policy', 'goodwill', 'chargeback']);
/** Where the money of a plan's payment stood when it was taken back, period by period. */
export const stood = z.array(
  z.strictObject({
    period: operationId.nullable(),
    minor,
    taken: z.exactOptional(units),
    awaited: z.exactOptional(units),
    shortfall: units,
  }),
);

const stamp = { opId: operationId, at: instant };
const entry = z.discriminatedUnion('kind', [
  z.strictObject({
    ...stamp,
    kind: z.literal('opened'),
    accountId,
    policy: policyRef,
    timeZone: text,
    country: text.nullable(),
    anchor: instant,
    resetDay: z.exactOptional(z.int()),
  }),
  z.strictObject({
    ...stamp,
    kind: z.literal('plan-changed'),
    subscription,
    proration: proration.nullable(),
    begins: z.exactOptional(z.literal(true)),
    returned: z.exactOptional(slices),
  }),
  z.strictObject({ ...stamp, kind: z.literal('renewed'), subscription, charge: money.nullable(), carriedUsed: minor }),
  z.strictObject({
    ...stamp,
    kind: z.literal('granted'),
    grantId,
    bucket: text,
    amount: units,
    effectiveAt: instant,
    expiresAt: instant.nullable(),
    source,
  }),
  z.strictObject({ ...stamp, kind: z.literal('held'), slices, expiresAt: instant, purpose, least: z.exactOptional(units) }),
  z.strictObject({ ...stamp, kind: z.literal('settled'), holdId: operationId, charged: slices, returned: slices }),
  z.strictObject({
    ...stamp,
    kind: z.literal('released'),
    holdId: operationId,
    returned: slices,
    reason: text,
    graceUntil: instant.nullable(),
    graceOf: z.exactOptional(z.record(grantId, instant)),
  }),
  z.strictObject({ ...stamp, kind: z.literal('expired'), slices }),
  z.strictObject({
    ...stamp,
    kind: z.literal('expiry-changed'),
    grantIds: z.array(grantId),
    expiresAt: instant.nullable(),
    clock: z.exactOptional(instant.nullable()),
    because: z.exactOptional(operationId),
    paid: z.exactOptional(z.boolean()),
    revives: z.exactOptional(slices),
    graceUntil: z.exactOptional(instant),
  }),
  z.strictObject({
    ...stamp,
    kind: z.literal('refunded'),
    basis: refundBasis,
    slices,
    money,
    purchaseOpId: operationId,
    shortfall: units,
    reason: text,
    awaits: z.exactOptional(slices),
    follows: z.exactOptional(z.strictObject({ refund: operationId, grantId })),
    stood: z.exactOptional(stood),
  }),
  z.strictObject({
    ...stamp,
    kind: z.literal('dispute-won'),
    purchaseOpId: operationId,
    slices,
    money,
    shortfall: units,
    undoes: z.exactOptional(z.strictObject({ refund: operationId, basis: refundBasis })),
    stood: z.exactOptional(stood),
  }),
  z.strictObject({ ...stamp, kind: z.literal('shortfall-settled'), purchaseOpId: operationId, slices, struck: units, reason: text }),
  z.strictObject({ ...stamp, kind: z.literal('auto-top-up-set'), settings: autoTopUpSettings.nullable() }),
  z.strictObject({ ...stamp, kind: z.literal('auto-top-up-declined'), retryAt: instant }),
  z.strictObject({ ...stamp, kind: z.literal('policy-changed'), policy: policyRef }),
  z.strictObject({ ...stamp, kind: z.literal('carried-paid-out'), money }),
  z.strictObject({ ...stamp, kind: z.literal('reset-day-set'), day: z.int().nullable(), subscription: subscription.nullable() }),
  z.strictObject({ ...stamp, kind: z.literal('closed'), reason: text }),
]);

/** A JSON value without bigints. */
export type Encoded = null | boolean | number | string | readonly Encoded[] | { readonly [key: string]: Encoded };
/** An entry in the form that is hashed, stored and sent. */
export type EncodedEntry = Readonly<Record<string, Encoded>>;

/** bigint to decimal string, all the way down. Only for plain data. */
export function encoded(value: unknown): Encoded {
  if (typeof value === 'bigint') return value.toString();
  if (value === null || typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(encoded);
  if (typeof value === 'object') return encodedRecord(value);
  throw new TypeError(`A ${typeof value} has no place in an entry.`);
}

function encodedRecord(value: object): Readonly<Record<string, Encoded>> {
  const record: Record<string, Encoded> = {};
  for (const [key, member] of Object.entries(value)) if (member !== undefined) record[key] = encoded(member);
  return record;
}

/** The JSON form of an entry; `decodeEntry` gives the same entry back. */
export const encodeEntry = (value: Entry): EncodedEntry => encodedRecord(value);

/** The entry, or which member is not what it should be. */
export function decodeEntry(value: unknown): Result<Entry> {
  const parsed = entry.safeParse(value);
  return parsed.success ? ok(parsed.data) : malformed('entry', parsed.error);
}

/** A failure that names the place of the first thing wrong: "entry.slices.0.amount: …". */
export function malformed(what: string, error: z.ZodError): Result<never> {
  const issue = error.issues[0];
  const place = issue === undefined || issue.path.length === 0 ? what : `${what}.${issue.path.join('.')}`;
  return fail({ code: 'malformed', message: `${place}: ${issue?.message ?? 'not readable'}` });
}
