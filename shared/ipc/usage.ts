/** What the renderer sees of usage and prices: the copy on this machine, so that both can be read offline (AS-08, PS-01). */
import { z } from 'zod';
import { bucketAmount } from './wallet.ts';

/** What one day cost. */
const usageDay = z.object({
  /** A calendar day in the account's time zone: "2026-11-23". */
  day: z.string(),
  amount: z.string(),
  /** In draw order; only buckets that gave something. */
  slices: z.array(bucketAmount),
});

/** What one kind of work cost over the whole stretch. */
const usageWork = z.object({
  /** For people: "Apply changes". */
  label: z.string(),
  /** The tool or model; '': the work has none. */
  item: z.string(),
  times: z.int(),
  amount: z.string(),
  /** How often it failed, was taken back or timed out, and nothing was charged. */
  returned: z.int(),
});

/** What was charged in a stretch of days: `amount` in all, for `times` operations. */
export const usage = z.object({
  /** Every day of the stretch, oldest first. */
  days: z.array(usageDay),
  /** Dearest first. */
  works: z.array(usageWork),
  amount: z.string(),
  times: z.int(),
});

/** What one kind of work costs: from `from` to `to`, the same twice where it has one price. Null: the price does not depend on it; `perSeconds`: it is for so many seconds of the result. */
export const priceLine = z.object({
  label: z.string(),
  item: z.string(),
  resolution: z.string().nullable(),
  complexity: z.string().nullable(),
  perSeconds: z.number().nullable(),
  from: z.string(),
  to: z.string(),
});

/** What was used over a stretch of days. */
export type UsageView = z.infer<typeof usage>;
/** A day of the chart. */
export type UsageDay = z.infer<typeof usageDay>;
/** A kind of work and its share of the usage. */
export type UsageWork = z.infer<typeof usageWork>;
/** A row of the price list. */
export type PriceLine = z.infer<typeof priceLine>;
