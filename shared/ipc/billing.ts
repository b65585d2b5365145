/** What the renderer sees of plans, top-ups and refunds. Amounts are decimal strings in the policy's unit; instants RFC 3339 UTC. */

import { z } from 'zod';
import { languages } from '../api/details.ts';
import { operationId } from '../credits/codec/quantities.ts';
import { PAYMENT_WAYS } from '../payment-ways.ts';
import { money } from './wallet.ts';

/** How often a plan is paid. */
export const interval = z.enum(['month', 'year']);
/** What can be done about a plan. `cancel` and `pause` take effect at the renewal. */
const planAction = z.enum(['subscribe', 'change', 'cancel', 'pause', 'resume']);

/** What choosing a plan would be from where the account stands. */
const planStep = z.enum(['current', 'begin', 'upgrade', 'downgrade']);

/** A plan as it is offered. Prices are without tax. */
const planCard = z.object({
  id: z.string(),
  label: z.string(),
  /** What it gives each cycle, for people. */
  allowance: z.string(),
  /** Null, for either: not sold that way here, part of another contract. */
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

/** The plans of the policy, by rank. `yearly`: whether any is sold by the year. */
export const plans = z.object({
  list: z.array(planCard),
  /** Whether any of them can be bought here. */
  sold: z.boolean(),
  yearly: z.boolean(),
  /** How the account pays now; null: no plan runs. */
  interval: interval.nullable(),
});

/** A change of plan. `plan`: to which, for subscribe and change; `interval`: absent, as it is paid now. */
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
  /** What the next renewal then comes to without tax, and when; absent: nothing renews. */
  renewal: z.object({ at: z.string(), net: money }).optional(),
  lines: z.array(z.object({ text: z.string(), net: money })),
  added: z.array(z.object({ bucket: z.string(), amount: z.string(), expiresAt: z.string().nullable() })),
  availableAfter: z.string(),
});

/** How the account may pay: on account, or on a provider's own page. */
export const paymentWay = z.enum(PAYMENT_WAYS);
/** Those that this account has, at least one. `plans`: plans can be paid that way, too. */
export const paymentWays = z
  .array(
    z.object({
      id: paymentWay,
      label: z.string(),
      plans: z.boolean(),
      /** It sells in its own name: tax and invoice are its own (PG-15). */
      sells: z.boolean(),
      /** The payment method may stay there, for automatic top-ups. */
      keeps: z.boolean(),
      /** Why nothing (more) is sold on account, in words; null: it is. */
      blocked: z.string().nullable(),
    }),
  )
  .min(1);

/** The provider's page for cards and receipts (GS-16). */
export const paymentMethod = z.object({
  /** Whether there is such a page for this account. */
  page: z.boolean(),
  /** Who charges the renewals, for people; null: they are billed by invoice. */
  renewsThrough: z.string().nullable(),
});

/** Whom invoices are for. */
const details = {
  name: z.string().nullable(),
  address: z.array(z.string()),
  /** ISO 3166-1. */
  country: z.string().nullable(),
  vatId: z.string().nullable(),
  language: z.enum(languages),
  email: z.string().nullable(),
};
/** Whom invoices are for from now on. Null and empty: not given. */
export const billingDetails = z.object({
  ...details,
  /** The tax that the next invoice carries; null: the country is none that can be billed. */
  tax: z.object({ treatment: z.enum(['standard', 'reverse-charge', 'none']), ratePercent: z.string(), country: z.string() }).nullable(),
});
/** As typed; the server decides what fits. */
export const detailsTyped = z.object({
  name: z.string().max(200).nullable(),
  address: z.array(z.string().max(100)).max(5),
  country: z.string().max(2).nullable(),
  vatId: z.string().max(30).nullable(),
  language: z.enum(languages),
  email: z.string().max(254).nullable(),
});

/** What a price comes to on the invoice, said before it is ordered. */
export const taxed = z.discriminatedUnion('kind', [
  z.object({
    kind: z.enum(['standard', 'reverse-charge', 'none']),
    ratePercent: z.string(),
    country: z.string(),
    tax: money,
    total: money,
  }),
  /** The provider is the seller and adds its own. */
  z.object({ kind: z.literal('by the provider'), provider: z.string() }),
  /** Nothing can be ordered before the country is right. */
  z.object({ kind: z.literal('unknown country'), country: z.string() }),
  z.object({ kind: z.literal('not known yet') }),
]);

/** A purchase that a provider sold in its own name: its invoice is there. */
export const receipt = z.object({ opId: operationId, at: z.string(), granted: z.string(), paid: money });

/** What was ordered and answered. `invoice` null: none was written here, or not yet. */
export const ordered = z.object({
  invoice: z.string().nullable(),
  /** The payment goes on in the browser, on the provider's page: nothing is charged yet. */
  inBrowser: z.boolean(),
});

/** What can be bought by amount; amounts are of credit, in `currency`. */
export const topUpTerms = z.object({
  currency: z.string(),
  minimum: z.string(),
  maximum: z.string(),
  /** A few round amounts, smallest first. */
  suggested: z.array(z.string()),
  /** If bought now; null: does not expire. */
  validUntil: z.string().nullable(),
});

/** What an amount would cost. `validUntil` null: it does not expire; `refusal` null: it can be bought. */
export const topUpQuote = z.object({
  amount: z.string(),
  price: money,
  availableAfter: z.string(),
  validUntil: z.string().nullable(),
  /** Why this amount cannot be bought, for people. */
  refusal: z.string().nullable(),
});

/** When to buy by itself, and how much. */
export const autoTopUpSettings = z.object({
  /** Buys when less than this is available. */
  below: z.string(),
  /** One of the two: a pack, or an amount where the policy sells by amount. */
  packId: z.string().nullable(),
  amount: z.string().nullable(),
  /** At most this much money in a calendar month. */
  monthlyCap: money,
});
/** The automatic top-up as it stands. */
export const autoTopUp = z.object({
  /** Null: off, as it is until somebody switches it on. */
  settings: autoTopUpSettings.nullable(),
  defaultCap: money,
  /** While it is on: who charges it, for people; null: billed by invoice, or not known yet. */
  through: z.string().nullable(),
  /** What the last automatic charge came to, where it needs saying. */
  charge: z.object({ declined: z.boolean(), message: z.string() }).nullable(),
});

/** A purchase that the policy takes back on request. */
export const returnable = z.object({
  opId: operationId,
  boughtAt: z.string(),
  granted: z.string(),
  paid: money,
  /** What comes back, and the credit that goes with it. */
  refund: money,
  amount: z.string(),
  /** The last instant at which the policy takes it back. */
  until: z.string(),
  /** Older balance that lapses when this is given back, because the clock that it had moved goes back (PG-12); null: none. */
  older: z.object({ amount: z.string(), lapsesAt: z.string() }).nullable(),
});

/** A purchase that the policy takes back once work under way no longer holds its credit. `why`: says so, until when at the latest, and what to do. */
export const heldReturn = z.object({ opId: operationId, boughtAt: z.string(), granted: z.string(), paid: money, why: z.string() });

/** Where cards and receipts are looked after. */
export type PaymentMethod = z.infer<typeof paymentMethod>;
/** Whom invoices are for, and the tax that follows. */
export type BillingDetailsView = z.infer<typeof billingDetails>;
/** Billing details as typed, not judged yet. */
export type DetailsTyped = z.infer<typeof detailsTyped>;
/** A price with its tax, or why that is not known yet. */
export type Taxed = z.infer<typeof taxed>;
/** A purchase whose invoice the provider wrote. */
export type Receipt = z.infer<typeof receipt>;
/** A way to pay. */
export type PaymentWay = z.infer<typeof paymentWay>;
/** The ways this account may pay, in the policy’s order. */
export type PaymentWays = z.infer<typeof paymentWays>;
/** One plan on the Plans page. */
export type PlanCard = z.infer<typeof planCard>;
/** Everything that the Plans page shows. */
export type PlansView = z.infer<typeof plans>;
/** A change of plan that the user asks for. */
export type PlanRequest = z.infer<typeof planRequest>;
/** What a change of plan will cost and bring. */
export type PlanPreview = z.infer<typeof planPreview>;
/** Between which bounds an amount can be bought. */
export type TopUpTerms = z.infer<typeof topUpTerms>;
/** The price of one amount, or why it cannot be bought. */
export type TopUpQuote = z.infer<typeof topUpQuote>;
/** Automatic purchases, as the Wallet page shows them. */
export type AutoTopUpView = z.infer<typeof autoTopUp>;
/** Automatic purchases as the user sets them. */
export type AutoTopUpChoice = z.infer<typeof autoTopUpSettings>;
/** A purchase that can be given back. */
export type Returnable = z.infer<typeof returnable>;
/** A purchase that waits for work under way before it can be given back. */
export type HeldReturn = z.infer<typeof heldReturn>;
