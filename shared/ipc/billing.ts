/** What the renderer sees of plans, top-ups and refunds. Amounts are decimal strings in the policy's unit; instants RFC 3339 UTC. */
import { z } from 'zod';
import { money } from './wallet.ts';

export const interval = z.enum(['month', 'year']);
export const planAction = z.enum(['subscribe', 'change', 'cancel', 'pause', 'resume']);

/** What choosing a plan would be from where the account stands. */
export const planStep = z.enum(['current', 'begin', 'upgrade', 'downgrade']);

export const planCard = z.object({
  id: z.string(),
  label: z.string(),
  /** What it gives each cycle, for people. */
  allowance: z.string(),
  /** Null: not sold here, part of another contract. */
  month: money.nullable(),
  year: money.nullable(),
  /** What a month comes to when a year is paid at once. */
  yearByMonth: money.nullable(),
  /** Against twelve single months, in whole percent. */
  yearSavingPercent: z.int(),
  /** For people: "5 own models". */
  features: z.array(z.string()),
  step: planStep,
});

export const plans = z.object({
  list: z.array(planCard),
  /** Whether any of them can be bought here. */
  sold: z.boolean(),
  yearly: z.boolean(),
  /** How the account pays now; null: no plan runs. */
  interval: interval.nullable(),
});

export const planRequest = z.object({ action: planAction, plan: z.string().optional(), interval: interval.optional() });

/** The server's quote for a change of plan: it is what then happens. */
export const planPreview = z.object({
  /** When it takes effect. */
  at: z.string(),
  /** Whether it happens at once; else at the renewal. */
  atOnce: z.boolean(),
  charge: money,
  credit: money,
  /** What is billed now. */
  net: money,
  /** Of the credit for unused time: what later renewals use up. */
  carried: money,
  lines: z.array(z.object({ text: z.string(), net: money })),
  added: z.array(z.object({ bucket: z.string(), amount: z.string(), expiresAt: z.string().nullable() })),
  availableAfter: z.string(),
});

/** How the account may pay: on account, or on a provider's own page. */
export const paymentWay = z.enum(['invoice', 'stripe', 'paddle']);
export const paymentWays = z.array(z.object({ id: paymentWay, label: z.string(), plans: z.boolean() })).min(1);

/** What was ordered and answered. */
export const ordered = z.object({
  invoice: z.string().nullable(),
  /** The payment goes on in the browser, on the provider's page: nothing is charged yet. */
  inBrowser: z.boolean(),
});

export const topUpTerms = z.object({
  currency: z.string(),
  minimum: z.string(),
  maximum: z.string(),
  /** A few round amounts, smallest first. */
  suggested: z.array(z.string()),
  /** If bought now; null: does not expire. */
  validUntil: z.string().nullable(),
});

export const topUpQuote = z.object({
  amount: z.string(),
  price: money,
  availableAfter: z.string(),
  validUntil: z.string().nullable(),
  /** Why this amount cannot be bought, for people. */
  refusal: z.string().nullable(),
});

export const autoTopUpSettings = z.object({
  /** Buys when less than this is available. */
  below: z.string(),
  /** One of the two: a pack, or an amount where the policy sells by amount. */
  packId: z.string().nullable(),
  amount: z.string().nullable(),
  /** At most this much money in a calendar month. */
  monthlyCap: money,
});
export const autoTopUp = z.object({
  /** Null: off, as it is until somebody switches it on. */
  settings: autoTopUpSettings.nullable(),
  defaultCap: money,
});

/** A purchase that the policy takes back on request. */
export const returnable = z.object({
  opId: z.string(),
  boughtAt: z.string(),
  granted: z.string(),
  paid: money,
  /** What comes back, and the credit that goes with it. */
  refund: money,
  amount: z.string(),
  until: z.string(),
});

export type PaymentWay = z.infer<typeof paymentWay>;
export type PaymentWays = z.infer<typeof paymentWays>;
export type PlanCard = z.infer<typeof planCard>;
export type PlansView = z.infer<typeof plans>;
export type PlanRequest = z.infer<typeof planRequest>;
export type PlanPreview = z.infer<typeof planPreview>;
export type TopUpTerms = z.infer<typeof topUpTerms>;
export type TopUpQuote = z.infer<typeof topUpQuote>;
export type AutoTopUpView = z.infer<typeof autoTopUp>;
export type AutoTopUpChoice = z.infer<typeof autoTopUpSettings>;
export type Returnable = z.infer<typeof returnable>;
