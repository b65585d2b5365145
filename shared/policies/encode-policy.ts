/** Policies as JSON: what `GET /v1/policy` hands to clients, and what a policy file holds. Decoding names the place that is wrong. */

import { z } from 'zod';
import { type Encoded, encoded, malformed, money, units } from '../credits/codec/encode-entry.ts';
import { instant } from '../credits/codec/quantities.ts';
import type { Policy, Price } from '../credits/model/policy.ts';
import { PAYMENT_WAYS } from '../payment-ways.ts';
import type { Result } from '../result.ts';
import { validatePolicy } from './validate.ts';

const text = z.string();
const count = z.int().min(0);
const millis = count.brand<'Millis'>();
const step = z.union([z.strictObject({ days: count }), z.strictObject({ months: count }), z.strictObject({ years: count })]);
const steps = z.strictObject({ cycle: step, period: step });
const allowance = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('fixed'), amount: units }),
  z.strictObject({ kind: z.literal('per-slot'), amount: units }),
  z.strictObject({ kind: z.literal('fair-use'), cap: units }),
]);
const validity = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('never') }),
  z.strictObject({ kind: z.literal('cycle'), rolloverDays: count }),
  z.strictObject({ kind: z.literal('promotion') }),
  z.strictObject({ kind: z.literal('from-grant'), step }),
  z.strictObject({ kind: z.literal('from-last-payment'), step }),
]);
const bucket = z.strictObject({ id: text, label: text, paid: z.boolean(), validity, rolloverOf: z.exactOptional(text) });
const plan = z.strictObject({
  id: text,
  label: text,
  rank: z.int(),
  allowance,
  price: z.strictObject({ month: money.nullable(), year: money.nullable() }),
  packDiscountPercent: z.int(),
  packs: z.exactOptional(z.array(text)),
  priority: z.int(),
  features: z.array(text),
});
const plans = z.strictObject({
  list: z.array(plan),
  defaultPlan: text.nullable(),
  bucket: text,
  anchor: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('day-of-month'), day: z.int() }),
    z.strictObject({ kind: z.literal('subscription') }),
  ]),
  month: steps,
  year: steps.nullable(),
  retryDays: z.exactOptional(z.array(count)),
});
const price: z.ZodType<Price> = z.lazy(() =>
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('flat'), amount: units }),
    z.strictObject({ kind: z.literal('range'), min: units, max: units }),
    z.strictObject({ kind: z.literal('duration'), seconds: z.int(), min: units, max: units }),
    z.strictObject({
      kind: z.literal('by'),
      trait: z.enum(['model', 'resolution', 'tool', 'complexity']),
      assumed: z.exactOptional(text),
      table: z.record(text, price),
    }),
    z.strictObject({ kind: z.literal('each'), table: z.record(text, price) }),
  ]),
);
const operation = z.strictObject({
  label: text,
  price,
  charge: z.enum(['fixed', 'actual', 'at-start']),
  needsBackground: z.boolean(),
  cancellable: z.boolean(),
  holdMs: millis,
  soldWith: z.exactOptional(z.record(text, text)),
});
const pack = z.strictObject({ id: text, label: text, credits: units, listPrice: money, volumeDiscountPercent: z.int() });
const promotion = z.strictObject({
  id: text,
  label: text,
  bucket: text,
  startsAt: instant,
  days: count,
  byPlan: z.record(text, allowance),
  perCycle: z.boolean(),
});
const tier = z.strictObject({
  id: text,
  atLeast: units,
  models: z.exactOptional(z.array(text)),
  resolutions: z.exactOptional(z.array(text)),
});

const policy: z.ZodType<Policy> = z.lazy(() =>
  z.strictObject({
    id: text,
    version: z.int(),
    label: text,
    unit: z.strictObject({ code: text, scale: z.int() }),
    currency: text,
    buckets: z.array(bucket),
    plans: plans.nullable(),
    trial: z.strictObject({ bucket: text, amount: units }).nullable(),
    promotions: z.array(promotion),
    packs: z
      .strictObject({ bucket: text, list: z.array(pack), offered: z.array(text), discounts: z.enum(['best-only', 'multiply', 'add']) })
      .nullable(),
    topUp: z.strictObject({ bucket: text, minimum: units, maximum: units, currency: text, unitsPerMinor: units }).nullable(),
    operations: z.record(text, operation),
    tiers: z.array(tier),
    graceMs: millis,
    refunds: z.strictObject({ windowDays: count, covers: z.enum(['unused', 'everything']), timesByItself: z.exactOptional(count) }),
    shortfall: z.exactOptional(z.enum(['staff', 'next-payment'])),
    autoTopUp: z.strictObject({ defaultMonthlyCap: money, backOffMs: millis, maxDeclines: count }).nullable(),
    alerts: z.strictObject({
      lowBalance: units.nullable(),
      lowBalanceByPlan: z.exactOptional(z.record(text, units)),
      usedPercent: z.array(count),
      expiringDays: z.array(count),
      fairUsePercent: count,
    }),
    payment: z.array(z.enum(PAYMENT_WAYS)),
    onAccount: z.exactOptional(z.strictObject({ limit: money, overdueDays: count })),
    previous: z.exactOptional(policy),
    appliesFrom: z.exactOptional(instant),
  }),
);

/** A declaration as JSON: amounts are decimal strings of smallest units. */
export type EncodedPolicy = Readonly<Record<string, Encoded>>;

/** JSON without bigints, earlier versions inside. */
export function encodePolicy(value: Policy): EncodedPolicy {
  const record: Record<string, Encoded> = {};
  for (const [key, member] of Object.entries(value)) record[key] = encoded(member);
  return record;
}

/** A valid policy, or the place in the declaration that is not. */
export function decodePolicy(value: unknown): Result<Policy> {
  const parsed = policy.safeParse(value);
  return parsed.success ? validatePolicy(parsed.data) : malformed('policy', parsed.error);
}

/**
 * The same for the policy of a server, which may be newer than this version: members that are not known here are left out, because nothing here
 * would read them. What is known has to be right.
 */
export function decodeServedPolicy(value: unknown): Result<Policy> {
  const parsed = policy.safeParse(value);
  if (parsed.success) return validatePolicy(parsed.data);
  const known: unknown = JSON.parse(JSON.stringify(value));
  for (const { path, keys } of unknownMembers(parsed.error.issues)) leaveOut(known, path, keys);
  return decodePolicy(known);
}

interface UnknownMembers {
  readonly path: readonly PropertyKey[];
  readonly keys: readonly string[];
}

function unknownMembers(issues: readonly z.core.$ZodIssue[]): UnknownMembers[] {
  return issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') return [{ path: issue.path, keys: issue.keys }];
    if (issue.code !== 'invalid_union') return [];
    // The form it has, if not for what is unknown in it.
    const form = issue.errors.find((wrong) => wrong.every(({ code }) => code === 'unrecognized_keys')) ?? [];
    return unknownMembers(form).map(({ path, keys }) => ({ path: [...issue.path, ...path], keys }));
  });
}

function leaveOut(value: unknown, path: readonly PropertyKey[], keys: readonly string[]): void {
  const place = path.reduce<unknown>((inside, key) => (isRecord(inside) ? inside[key] : undefined), value);
  if (isRecord(place)) for (const key of keys) delete place[key];
}

const isRecord = (value: unknown): value is Record<PropertyKey, unknown> => typeof value === 'object' && value !== null;
