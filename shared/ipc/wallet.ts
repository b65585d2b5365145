/** What the renderer sees of the wallet. Amounts are decimal strings in the policy's unit; instants RFC 3339 UTC. */
import { z } from 'zod';
import { accountId, grantId, operationId, seq } from '../credits/codec/quantities.ts';

/** What amounts are counted in: credits, or money. */
export const unit = z.object({
  /** 'credit' or an ISO 4217 code. */
  code: z.string(),
  /** Decimal places of the smallest unit. */
  scale: z.int(),
});

/** `amount`: a decimal string in whole units of `currency` ("12.50"); `currency`: ISO 4217. */
export const money = z.object({ amount: z.string(), currency: z.string() });
/** So much from one bucket; `bucket` is the id of the policy. */
export const bucketAmount = z.object({ bucket: z.string(), amount: z.string() });

/** A block of credit with its own expiry. Always: granted = available + held + spent + expired + refunded. `expiresAt` null: it does not expire. */
export const grant = z.object({
  id: grantId,
  granted: z.string(),
  available: z.string(),
  held: z.string(),
  spent: z.string(),
  expired: z.string(),
  refunded: z.string(),
  effectiveAt: z.string(),
  expiresAt: z.string().nullable(),
  source: z.string(),
});

/** The grants of one bucket and their sums. `nextExpiry`: what lapses next, and when; null: nothing does. */
export const bucket = z.object({
  bucket: z.string(),
  /** For people: "Launch promotion". */
  label: z.string(),
  available: z.string(),
  held: z.string(),
  nextExpiry: z.object({ at: z.string(), amount: z.string() }).nullable(),
  grants: z.array(grant),
});

/** How the credit server was reached last. `starting`: not asked yet. */
export const connection = z.object({
  state: z.enum(['starting', 'online', 'offline']),
  /** Since when. */
  since: z.string(),
  /** Why offline, for people. */
  reason: z.string().nullable(),
  /** Whether the server runs inside the app. */
  local: z.boolean(),
});

/** What the policy has to say about the wallet; `kind` is stable, `message` is for people. */
export const alert = z.object({ kind: z.string(), level: z.enum(['info', 'warning', 'critical']), message: z.string() });

/** The plan that runs. `slots`: how many the customer has; null: the plan is not sold by slots. `renewsAt` null: it does not renew. */
export const plan = z.object({
  id: z.string(),
  label: z.string(),
  slots: z.int().nullable(),
  /** What the plan gives each cycle, for people. */
  allowance: z.string(),
  renewsAt: z.string().nullable(),
  status: z.enum(['active', 'cancelling', 'pausing', 'paused', 'ended']),
  interval: z.enum(['month', 'year']),
  /** Until when what was paid lasts. */
  periodEnd: z.string(),
  /** The plan's label that the next renewal changes to. */
  next: z.string().nullable(),
  /** What the next renewal comes to without tax, after what was carried over; absent: nothing is billed by itself. */
  nextBill: money.optional(),
  /** A renewal that is not paid, in words; null: everything is paid, as far as the server last said. */
  dunning: z.object({ ended: z.boolean(), message: z.string() }).nullable(),
});

/** The last payment on a provider's page, until it is paid and seen, or put away. */
export const checkout = z.object({
  opId: operationId,
  what: z.enum(['purchase', 'plan']),
  state: z.enum(['open', 'paid', 'failed', 'expired', 'returned']),
  /** What was and was not charged. */
  message: z.string(),
  /** Whether its page can be opened again. */
  payable: z.boolean(),
});

/** What the policy offers: pages and buttons for anything else are not shown. */
export const offers = z.object({
  /** `shown`: there are plans, but they are not sold here. */
  plans: z.enum(['none', 'shown', 'sold']),
  packs: z.boolean(),
  /** Whether only the better of a pack's discounts counts (ST-13). */
  oneDiscount: z.boolean(),
  topUp: z.boolean(),
  autoTopUp: z.boolean(),
});

/** What the balance allows, where the policy has tiers (PG-14). `next` null: this is the highest. */
export const tier = z.object({
  /** For people: "All models and resolutions". */
  allows: z.string(),
  next: z.object({ allows: z.string(), at: z.string(), missing: z.string() }).nullable(),
});

/** The wallet by the copy on this machine, as of `asOf`. `seq`: of the last entry of the ledger that it counts. Null: no plan runs, no tiers, no payment under way. */
export const wallet = z.object({
  accountId,
  policy: z.object({ id: z.string(), label: z.string(), version: z.int() }),
  unit,
  /** When the server last confirmed this, not when it was read from the cache. */
  asOf: z.string(),
  seq,
  /** The IANA name of the account's time zone: its days begin and end there. */
  timeZone: z.string(),
  available: z.string(),
  held: z.string(),
  /** In draw order. */
  buckets: z.array(bucket),
  plan: plan.nullable(),
  /** Money from unused time that the next bills use up; absent: none. */
  carried: money.optional(),
  tier: tier.nullable(),
  offers,
  alerts: z.array(alert),
  checkout: checkout.nullable(),
  /** What was asked for and is not confirmed yet (from the outbox). */
  pending: z.object({ operations: z.int(), amount: z.string() }),
});

/** By what was used in the last 28 days. `perDay`: whole units a day; `runsOutAt` null: it does not at this pace. */
export const forecast = z.object({
  /** How many photos the wallet pays for now; null when unlimited. */
  photosLeft: z.int().nullable(),
  perDay: z.number(),
  runsOutAt: z.string().nullable(),
  /** Credit that will lapse at the present pace, by date. */
  lapsing: z.array(z.object({ at: z.string(), bucket: z.string(), amount: z.string() })),
});

/** One entry of the ledger, as a part of a line of the history. */
const historyEntry = z.object({
  seq,
  at: z.string(),
  kind: z.string(),
  /** For people: "Held 1 credit", "Charged 1 credit". */
  title: z.string(),
  /** Signed: what the entry did to the available balance. */
  amount: z.string(),
  availableAfter: z.string(),
  /** One sentence more, or nothing: "It did not complete; everything that was held came back." */
  note: z.string(),
});

/**
 * One thing that happened: an entry by itself, or an operation with all its entries (a hold and what became of it). `photoId` null: it was about no photo of
 * this machine; `invoice` null: none belongs to it.
 */
export const historyLine = z.object({
  /** Of the newest entry: where the line stands, and what older lines are asked for with. */
  seq,
  /** Of an operation: the id that it was held under. */
  opId: operationId,
  at: z.string(),
  /** Of the newest entry. */
  kind: z.string(),
  /** What became of an operation; null: the line is none. */
  state: z.enum(['held', 'charged', 'returned']).nullable(),
  /** For people: "Applied to IMG_0042.jpg", "Bought 100 credits". */
  title: z.string(),
  /** Signed: what it came to. While it is held: what it will cost at most. */
  amount: z.string(),
  /** Where it was drawn from or went to. */
  slices: z.array(z.object({ bucket: z.string(), grantId, amount: z.string(), why: z.string() })),
  /**
   * The balance once the line counted, open holds still in it: the line's balance is that of the line before it plus its
   * amount. Null while it is held, for then it does not count yet.
   */
  balanceAfter: z.string().nullable(),
  photoId: z.string().nullable(),
  invoice: z.string().nullable(),
  /** Oldest first, at least one. */
  entries: z.array(historyEntry).min(1),
});

/** A pack on sale. `credits`: what it grants; `availableAfter`: what there is once it was bought. */
export const pack = z.object({
  id: z.string(),
  credits: z.string(),
  price: money,
  /** Before any discount, and why it is not the price. */
  listPrice: money,
  discounts: z.array(z.object({ percent: z.int(), because: z.enum(['volume', 'plan']), plan: z.string().nullable() })),
  pricePerCredit: money,
  /** The discount against the smallest pack, in whole percent. */
  discountPercent: z.int(),
  /** If bought now; null: does not expire. */
  validUntil: z.string().nullable(),
  availableAfter: z.string(),
});

/** An invoice or credit note, newest first in lists. `credits` and `dueAt` null: it has none. */
export const invoice = z.object({
  number: z.string(),
  kind: z.enum(['invoice', 'credit-note']),
  /** Of a credit note: the invoice it belongs to. */
  credits: z.string().nullable(),
  issuedAt: z.string(),
  description: z.string(),
  net: money,
  tax: money,
  total: money,
  state: z.enum(['open', 'paid', 'credited']),
  /** Of an open one: when it is to be paid; null: nobody has to transfer anything. */
  dueAt: z.string().nullable(),
  /** Whether the PDF lies on this machine already. */
  stored: z.boolean(),
});

/** What a press of Apply would cost, by the copy on this machine; the server decides. `refusal` null: it can be paid. */
export const quoteView = z.object({
  photos: z.int(),
  total: z.string(),
  slices: z.array(bucketAmount),
  availableAfter: z.string(),
  refusal: z
    .object({
      code: z.string(),
      message: z.string(),
      shortfall: z.string().optional(),
      /** How many of the photos the wallet would pay for. */
      affordable: z.int().optional(),
    })
    .nullable(),
  /** What to know before it happens (ST-07: two steps cost two credits). */
  notices: z.array(z.string()),
  /** Photos whose very picture is finished already: left out of the price, and applying goes back to it for nothing. */
  made: z.array(
    z.object({
      photoId: z.string(),
      /** The photo shows it now, so there is nothing to do. */
      shown: z.boolean(),
    }),
  ),
});

/** What amounts are counted in, and how to write them. */
export type Unit = z.infer<typeof unit>;
/** An amount of money, as text with its currency. */
export type Money = z.infer<typeof money>;
/** The wallet as the header and its page show it. */
export type WalletView = z.infer<typeof wallet>;
/** A payment under way, or how it ended. */
export type CheckoutView = z.infer<typeof checkout>;
/** What the balance lets the user do (PG-14). */
export type TierView = z.infer<typeof tier>;
/** A bucket with what is in it. */
export type BucketView = z.infer<typeof bucket>;
/** Whether the server answers, and how old the copy on this machine is. */
export type Connection = z.infer<typeof connection>;
/** How long the credit lasts at the present pace. */
export type ForecastView = z.infer<typeof forecast>;
/** A transaction of the History page. */
export type HistoryEntry = z.infer<typeof historyEntry>;
/** A line of the History page: a transaction, or what waits to become one. */
export type HistoryLine = z.infer<typeof historyLine>;
/** A pack on the Buy page. */
export type PackView = z.infer<typeof pack>;
/** An invoice on its page. */
export type InvoiceView = z.infer<typeof invoice>;
/** What pressing Apply would cost. */
export type QuoteView = z.infer<typeof quoteView>;
/** What the wallet says of it: the price, and whether it is there. */
export type PriceView = Omit<QuoteView, 'notices' | 'made'>;
