/** Money: packs, purchases, invoices, refunds, subscriptions. */

import { z } from 'zod';
import { grantId, operationId } from '../credits/codec/quantities.ts';
import { HOSTED_PROVIDERS, PAYMENT_WAYS } from '../payment-ways.ts';
import { RETURN_PAGES } from '../return-page.ts';
import { line, word } from './text.ts';
import { amount, amountIn, instant, money, opId } from './values.ts';
import { grant, plan, wallet } from './wallet.ts';

/** Why a pack's price is lower than its list price: its size, or the plan by its label. */
const packDiscount = z.object({ percent: z.int(), because: z.enum(['volume', 'plan']), plan: z.string().nullable() });
/** Credit that is sold at a fixed price, with the discounts and the validity that count for this account. Prices are net. */
export const pack = z.object({
  id: z.string(),
  credits: amount,
  price: money,
  /** Before any discount. */
  listPrice: money,
  /** The larger of the discounts that count; null: it is the list price. */
  discount: packDiscount.nullable(),
  /** All that count, the volume's first: where a policy lets them combine there may be two (GS-05). */
  discounts: z.array(packDiscount).optional(),
  pricePerCredit: money,
  /** ISO 8601 duration ("P1Y") or "never". */
  validity: z.string(),
  /** If bought now; null: does not expire. */
  validUntil: instant.nullable(),
  /** Against the smallest pack, in whole percent. */
  discountPercent: z.int(),
  label: z.string(),
});

/** ISO 4217; which one it must be the policy says. */
const currency = word(3, 3);
const moneyIn = z.strictObject({ amount: word(30, 0), currency });

const returnPage = z.enum(RETURN_PAGES);

/** A payment on a provider's own page, and what has become of it. `total` null: as `tax`; `checkoutUrl` null: there is nothing to pay any more. */
export const checkout = z.object({
  opId: operationId,
  provider: z.string(),
  /**
   * open: nothing charged yet · paid: charged and granted · failed: declined, nothing charged, may be retried · expired: left, nothing charged ·
   * returned: was charged, could not be granted, goes back in full
   */
  state: z.enum(['open', 'paid', 'failed', 'expired', 'returned']),
  net: money,
  /** null: the provider is the seller and adds its own. */
  tax: money.nullable(),
  total: money.nullable(),
  checkoutUrl: z.string().nullable(),
  /** What was and was not charged, in words. */
  message: z.string(),
  /** The operation that granted it: what refunds and the history know it by. */
  operation: z.string().nullable(),
});
/** Asks for the page of payment methods at a provider. `provider` absent: the first through which the account has paid. */
export const portalRequest = z.strictObject({ provider: z.enum(HOSTED_PROVIDERS).optional(), returnTo: returnPage.default('wallet') });
/** What may be owed, and what is. Sums are with tax. */
export const onAccountStanding = z.object({
  /** null: nothing is sold on account. */
  limit: money.nullable(),
  /** Whether it is the policy's default, and not staff's word. */
  isDefault: z.boolean(),
  open: money,
  left: money,
  /** What waits for its money, oldest first. `overdue`: due so long that nothing more is sold on account. */
  invoices: z.array(z.object({ number: z.string(), issuedAt: instant, dueAt: instant, open: money, overdue: z.boolean() })),
  /** Until when staff lets it buy although an invoice is overdue. */
  allowOverdueUntil: instant.nullable(),
  /** Why nothing more is sold on account, and what helps, in words; null: it is. */
  blocked: z.string().nullable(),
});
/** How this account may pay, and where its renewals are charged. */
export const paymentOptions = z.object({
  /** Absent from a server that sells to everybody on account. */
  onAccount: onAccountStanding.optional(),
  /** In the policy's order; only those that this server is set up for. */
  providers: z.array(
    z.object({
      id: z.enum(PAYMENT_WAYS),
      label: z.string(),
      plans: z.boolean(),
      /** It sells in its own name: tax and invoice are its own. */
      sells: z.boolean(),
      /** A method may stay there, to be charged for what the account turns on (`keepMethod`). */
      keeps: z.boolean(),
    }),
  ),
  /** The provider that renewals are charged through; null: billed on account. */
  renewsThrough: z.string().nullable(),
  /** Whether POST /v1/payment-portal has a page for this account. */
  portal: z.boolean(),
});
/** Where the provider’s page is: an address made for this request, not to be kept. */
export const portalAnswer = z.object({ url: z.string() });

/** Either a pack or, where the policy sells by amount, an amount of money ("5.00"). */
export const purchaseRequest = z.strictObject({
  opId,
  packId: word(100).optional(),
  amount: amountIn.optional(),
  /** Must be the policy's own when given. */
  currency: currency.optional(),
  /** Absent: the policy's own, the first of its ways to pay that is set up here. `invoice`: on account, where staff allows that. */
  provider: z.enum(PAYMENT_WAYS).optional(),
  /** The page of the app that the provider's page leads back to. */
  returnTo: returnPage.optional(),
  /** Whether the payment method may stay at the provider, to be charged for what the account turns on: automatic top-up. */
  keepMethod: z.boolean().optional(),
});

/** An issued document: numbered, never changed. A credit note names the invoice that it credits. */
export const invoice = z.object({
  number: z.string(),
  /** In lists: the hash of the document as it was issued, which is also the ETag of its files. */
  document: z.string().optional(),
  kind: z.enum(['invoice', 'credit-note']),
  issuedAt: instant,
  description: z.string(),
  net: money,
  taxRatePercent: z.string(),
  /** `reverse-charge`: the customer, a business elsewhere in the EU, accounts for the tax itself. */
  taxTreatment: z.enum(['standard', 'reverse-charge', 'none']).optional(),
  tax: money,
  total: money,
  state: z.enum(['open', 'paid', 'credited']),
  opId: operationId,
  /** The invoice a credit note belongs to; of an invoice, the one whose credited amount it bills again (a dispute that was won). */
  credits: z.string().nullable(),
  lines: z.array(z.object({ text: z.string(), quantity: z.string(), unitPrice: money, net: money })),
  /** When it is to be paid; null: nobody has to transfer anything. In lists. */
  dueAt: instant.nullable().optional(),
});
/** Pages of invoices, oldest first; `after` is the last number of the page before, absent or empty: from the first. */
export const invoiceQuery = z.object({ after: word(60, 0).optional(), limit: z.coerce.number().int().min(1).max(500).default(500) });

/** One purchase. `packId` null: bought by amount. `invoice` null: none was issued here (yet). `grantId` null: nothing is granted yet. */
export const purchase = z.object({
  opId: operationId,
  packId: z.string().nullable(),
  credits: amount,
  paid: money,
  provider: z.string(),
  status: z.enum(['complete', 'awaiting-payment']),
  at: instant,
  invoice: z.string().nullable(),
  grantId: grantId.nullable(),
});
/** What became of a purchase: granted with its invoice, or a payment page to go to (`checkoutUrl`), nothing charged so far. */
export const purchaseAnswer = z.object({
  purchase,
  invoice: invoice.optional(),
  checkoutUrl: z.string().optional(),
  checkout: checkout.optional(),
  grant: grant.optional(),
  /** What of it went at once for a payment that was taken back before. */
  gaveUp: amount.optional(),
});

/** Money back by the policy's own rule. `purchaseId` is the operation id of the purchase. */
export const refundRequest = z.strictObject({ opId, purchaseId: opId });
/** For staff: `goodwill` is case by case, `chargeback` was taken by the bank. */
export const adminRefundRequest = z.strictObject({
  opId,
  purchaseId: opId,
  basis: z.enum(['goodwill', 'chargeback']),
  /** Absent: all that is left of the price. */
  money: moneyIn.optional(),
  reason: line(500),
});
/** A chargeback of this purchase that the bank decided for the seller: what it had taken counts as paid again. */
export const disputeWonRequest = z.strictObject({ opId, purchaseId: opId, reason: line(500).optional() });
/** What a refund would give back and take, before it is done. Refused as the refund itself would be. */
export const refundQuoteRequest = z.strictObject({ purchaseId: opId });
/** What was given back in money and taken in credit. */
export const refundAnswer = z.object({
  opId: operationId,
  refunded: money,
  /** In the policy's unit. */
  amount,
  /** Held by work under way at that moment: goes as soon as that gives it back. */
  awaited: amount.optional(),
  /** Older balance that lapses then, because the top-up that had moved its clock went back (PG-12); now, when it would have lapsed before. */
  older: z.object({ amount, lapsesAt: instant }).optional(),
  /** Credit that should have come back and was spent already (chargebacks). */
  shortfall: amount,
  /** Absent when a merchant of record sold it: its credit note comes from there. */
  creditNote: invoice.optional(),
});

/** The same before it is done; `availableAfter` is the balance that would be left. */
export const refundQuote = refundAnswer.omit({ opId: true, creditNote: true }).extend({ availableAfter: amount });

const subscriptionAction = z.enum(['subscribe', 'change', 'cancel', 'pause', 'resume']);
/** A change of the plan; `plan` is needed to subscribe. Whatever a change leaves out stays as it is. */
export const subscriptionRequest = z.strictObject({
  opId,
  action: subscriptionAction,
  plan: word(100).optional(),
  interval: z.enum(['month', 'year']).optional(),
  slots: z.int().min(0).max(1_000_000).optional(),
  /** Absent: the policy's own, as for a purchase. `invoice`: on account. Through a provider: paid there first, and renewed from the method that stays there. */
  provider: z.enum(PAYMENT_WAYS).optional(),
  returnTo: returnPage.optional(),
});
/** The change to be priced; nothing is written, under an `opId` that comes along neither. */
export const subscriptionQuoteRequest = subscriptionRequest.omit({ opId: true }).extend({ opId: opId.optional() });

/** The plan as it runs. `plan` null: none, and then `interval` and the instants are null too. `cycleStart` and `cycleEnd` bound the allowance's current month. */
export const subscription = z.object({
  plan: plan.nullable(),
  status: z.enum(['none', 'active', 'cancelling', 'pausing', 'paused', 'ended']),
  interval: z.enum(['month', 'year']).nullable(),
  cycleStart: instant.nullable(),
  cycleEnd: instant.nullable(),
  /** Until when what was paid lasts. */
  periodEnd: instant.nullable(),
  /** What the next renewal changes to, when a change is planned. */
  next: z.object({ plan: z.string().nullable(), interval: z.enum(['month', 'year']), slots: z.int().optional() }).nullable(),
  /** Money from unused time that the next bills use up; paid out as soon as none will come. */
  carried: money.optional(),
  /** The bill that comes next by itself, as things stand: `net` is `price` less what of `carried` it uses up. null: none comes. */
  renewal: z
    .object({
      at: instant,
      plan: z.string(),
      interval: z.enum(['month', 'year']),
      slots: z.int(),
      price: money,
      carried: money,
      net: money,
    })
    .nullable()
    .optional(),
});
/** What a change costs at once: `charge` less `credit` for unused time is `net`; and what it grants (`expiresAt` null: it does not lapse). */
export const subscriptionQuote = z.object({
  /** now, or the instant of the renewal; what that will cost says `subscription.renewal`. */
  effectiveAt: instant,
  charge: money,
  credit: money,
  net: money,
  /** Of the credit for unused time: what later renewals use up. */
  carried: money,
  grants: z.array(z.object({ bucket: z.string(), amount, expiresAt: instant.nullable() })),
  lines: z.array(z.object({ text: z.string(), net: money })),
  availableAfter: amount,
  subscription,
});
/** The subscription after the change, or, with `checkoutUrl`, before a payment that the change waits for. */
export const subscriptionAnswer = z.object({
  /** The change that this answers. */
  opId: operationId.optional(),
  subscription,
  invoice: invoice.optional(),
  quote: subscriptionQuote,
  wallet,
  checkoutUrl: z.string().optional(),
  checkout: checkout.optional(),
});

/** Exactly one of `packId` and `amount`; without a cap the policy's own holds. */
export const autoTopUpSettings = z.strictObject({
  below: amountIn,
  packId: word(100).optional(),
  amount: amountIn.optional(),
  monthlyCap: moneyIn.optional(),
});
/** Turns automatic purchases on, changes them, or (`settings` null) turns them off. */
export const autoTopUpRequest = z.strictObject({ opId, settings: autoTopUpSettings.nullable() });
/** Automatic purchases of the account: `settings` null while they are off. */
export const autoTopUp = z.object({
  /** Whether the policy knows automatic purchases at all. */
  allowed: z.boolean(),
  settings: z.object({ below: amount, packId: z.string().optional(), amount: amount.optional(), monthlyCap: money.optional() }).nullable(),
  /** While it is on: what is charged, `invoice` for on account. */
  through: z.enum(PAYMENT_WAYS).optional(),
  /** While it is on: why nothing is bought on account at present, in words. */
  blocked: z.string().optional(),
  /** What the last automatic charge came to, when it needs saying: it is under way, or it was declined. */
  charge: z
    .object({
      state: z.enum(['charging', 'declined']),
      opId: operationId,
      reason: z.string().nullable(),
      /** Not before then. null: not by itself any more, or no pause. */
      pausedUntil: instant.nullable(),
      /** What was and was not charged, in words. */
      message: z.string(),
    })
    .optional(),
});

/** A pack as it is offered to one account. */
export type Pack = z.infer<typeof pack>;
/** An invoice or a credit note, as data. */
export type Invoice = z.infer<typeof invoice>;
/** What an account may owe, what it owes, and whether more is sold on account. */
export type OnAccountStanding = z.infer<typeof onAccountStanding>;
/** How an account may pay, and through whom its renewals are charged. */
export type PaymentOptions = z.infer<typeof paymentOptions>;
/** A payment on a provider's page, in the state last heard from the provider. */
export type Checkout = z.infer<typeof checkout>;
/** What a refund gave back and took. */
export type RefundAnswer = z.infer<typeof refundAnswer>;
/** A purchase in lists and answers: `complete` once its credit is granted. */
export type Purchase = z.infer<typeof purchase>;
/** The answer of `POST /v1/purchases`, the same for every retry under its id. */
export type PurchaseAnswer = z.infer<typeof purchaseAnswer>;
/** An account's plan, its current cycle, and what the next renewal brings. */
export type Subscription = z.infer<typeof subscription>;
/** The price and the grants of a change of the plan, as of the moment it was asked for. */
export type SubscriptionQuote = z.infer<typeof subscriptionQuote>;
