/**
 * What every payment provider can do. It is paid on a page of its own, in the system's browser, and tells us by webhook; what is not paid through one
 * is settled on account: credit at once, the bill by bank transfer. Card data goes to that page and never to us (GS-16, AS-12).
 */

import { z } from 'zod';
import { instant, operationId } from '../../../shared/credits/codec/quantities.ts';
import { addMinor } from '../../../shared/credits/model/minor.ts';
import type { AccountId, Minor, OpId } from '../../../shared/credits/model/quantities.ts';
import type { HostedProviderId } from '../../../shared/payment-ways.ts';
import type { ReturnPage } from '../../../shared/return-page.ts';
import { parseStored } from '../../db/stored.ts';
import type { Environment } from './environment.ts';
import type { ReturnAddress } from './return-address.ts';

/** Money in minor units. A merchant of record adds its own tax to `net`; every other provider is asked for `net + tax`. */
export interface Price {
  readonly net: Minor;
  readonly tax: Minor;
  readonly currency: string;
  /** "VAT 19 % (DE)" */
  readonly taxLabel: string;
}

/** With tax, in minor units. */
export const totalOf = ({ net, tax }: Price): Minor => addMinor(net, tax);

/** Who pays, as a provider is told. null: nothing was said. */
export interface Payer {
  readonly accountId: AccountId;
  readonly email: string | null;
  readonly name: string | null;
  readonly country: string | null;
  /** The provider's own id of the customer; null: not known there yet. */
  readonly customerId: string | null;
}

/** What a provider’s page is to sell. */
export interface CheckoutOrder {
  /** Ours, in every request and event about this checkout: what the provider echoes back. */
  readonly reference: string;
  readonly payer: Payer;
  readonly description: string;
  readonly price: Price;
  readonly returnTo: ReturnPage;
  /** Whether the payment method is to be kept at the provider, for what the customer agreed to: renewals, automatic top-up. */
  readonly keepMethod: boolean;
}

/** A page that was opened. `customerId` null: the provider makes a customer only when it is paid. */
export interface Placed {
  readonly checkoutId: string;
  readonly url: string;
  readonly customerId: string | null;
}

/** A charge of the customer's default method, without the customer being there. One reference is paid at most once, however often it is asked. */
export interface ChargeOrder {
  readonly reference: string;
  readonly payer: Payer;
  readonly description: string;
  readonly price: Price;
  /** 1 for the first. */
  readonly attempt: number;
  /** From prepare(). */
  readonly paymentId: string;
}

/** What came of a charge. */
export type ChargeOutcome =
  | { readonly kind: 'paid'; readonly paymentId: string }
  /** The provider works on it and tells by webhook. */
  | { readonly kind: 'pending' }
  | { readonly kind: 'declined'; readonly reason: string }
  /** The bank wants the customer to confirm (3-D Secure): only a hosted page can. */
  | { readonly kind: 'needs-customer'; readonly reason: string };

/** What a provider is to give back. */
export interface RefundOrder {
  /** The operation id of the refund in the ledger: paid out at most once. */
  readonly opId: OpId;
  readonly paymentId: string;
  /** Gross, in minor units. `full`: everything that was paid. */
  readonly minor: Minor;
  readonly full: boolean;
  readonly currency: string;
  readonly reason: string;
}

/** `subject` is what belongs together: the reference, or the payment. `at`: epoch milliseconds. */
const told = { id: z.string(), subject: z.string(), at: instant };
/** Minor units, as the ledger writes them. */
const minor = z.string().regex(/^-?\d+$/);
/** `opId`: our own refund's, when we asked for it. */
const moneyBack = { ...told, refundId: z.string(), minor, currency: z.string(), opId: operationId.nullable() };

const providerEvent = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('paid'),
    ...told,
    paymentId: z.string(),
    checkoutId: z.string().nullable(),
    /** Of `net + tax`; for a merchant of record the net. */
    minor,
    currency: z.string(),
    customerId: z.string().nullable(),
  }),
  z.object({ kind: z.literal('failed'), ...told, reason: z.string() }),
  z.object({ kind: z.literal('expired'), ...told, reason: z.string() }),
  z.object({ kind: z.literal('refunded'), ...moneyBack }),
  /** It was asked for, or even made, and the money stays with us after all. */
  z.object({ kind: z.literal('refund-refused'), ...moneyBack }),
  z.object({ kind: z.literal('disputed'), ...told, disputeId: z.string(), reason: z.string() }),
  z.object({ kind: z.literal('dispute-won'), ...told, disputeId: z.string() }),
]);

/** What a provider tells, free of everything that we do not need. */
export type ProviderEvent = z.infer<typeof providerEvent>;

/** An event as it was written down. Throws when it is something else: nothing is booked from it then. */
export const readEvent = (text: string): ProviderEvent => parseStored(providerEvent, text, "provider's event");

/** A provider, ready to be asked. Every method throws ProviderTrouble when it cannot be reached. */
export interface HostedProvider {
  readonly id: HostedProviderId;
  readonly label: string;
  /** Sells in its own name: charges the tax and writes the invoice (PG-15). */
  readonly merchantOfRecord: boolean;
  /** Opens a checkout, or finds the one that was opened under this reference. */
  openCheckout(order: CheckoutOrder): Promise<Placed>;
  /** The provider's own page for cards, default method and receipts. */
  portal(customerId: string, returnTo: ReturnPage): Promise<string>;
  /** Whether a method can be kept for renewals. */
  readonly keepsMethods: boolean;
  /** A payment that nobody was asked for yet; the same reference prepares the same one. null: there is no customer to ask. */
  prepare(order: Omit<ChargeOrder, 'paymentId'>): Promise<string | null>;
  charge(order: ChargeOrder): Promise<ChargeOutcome>;
  /** Whether charge() has something to charge: a method that the customer let stay, outside of any plan. */
  readonly chargesKept: boolean;
  /** Takes a prepared payment back, so that it can never be charged. Answers what it came to before; null: nothing was charged, and nothing will be. */
  withdraw(order: ChargeOrder): Promise<Extract<ChargeOutcome, { kind: 'paid' | 'pending' }> | null>;
  refund(order: RefundOrder): Promise<{ readonly refundId: string }>;
  /** The merchant of record's own invoice as PDF; null: we write the invoice. */
  receipt(paymentId: string): Promise<string | null>;
  /** Verifies the raw body with the SDK's own verifier. null: an event that is none of ours. Throws BadSignature. */
  event(rawBody: string, headers: Readonly<Record<string, string | undefined>>): Promise<ProviderEvent | null>;
}

/** Makes a provider ready to be asked; `returns`: where its page leads back to. */
export type OpenProvider = (returns: ReturnAddress) => Promise<HostedProvider>;

/** A provider's folder, as the rest of the server sees it. */
export interface ProviderModule {
  /** As `HostedProvider.merchantOfRecord`, known without a key too. */
  readonly merchantOfRecord: boolean;
  /** Its environment, for --help. */
  readonly usage: string;
  /** null: there is no key for it. Throws the sentence to show when its environment is not right; the sentence holds no value. */
  read(env: Environment): OpenProvider | null;
}

/** The body was not signed by the provider, or is not as it was signed. */
export class BadSignature extends Error {
  constructor() {
    super('The signature does not fit the body, or it is too old.');
  }
}

/** The provider could not be reached or did not understand: nothing is known to have been charged. Says nothing that was sent. */
export class ProviderTrouble extends Error {
  readonly code: string;
  constructor(provider: string, code: string) {
    super(`${provider} did not answer as expected (${code}).`);
    this.code = code;
  }
}
