/** How an account may pay. A payment provider is one line here and one folder in `server/billing/payments`. */

/** Providers with a page of their own, where cards are entered. */
export const HOSTED_PROVIDERS = ['stripe', 'paddle'] as const;
/** A provider with a payment page of its own. */
export type HostedProviderId = (typeof HOSTED_PROVIDERS)[number];

/** `invoice`: on account, by bank transfer. */
export const PAYMENT_WAYS = ['invoice', ...HOSTED_PROVIDERS] as const;
/** A hosted provider, or `invoice`: on account. */
export type PaymentWay = (typeof PAYMENT_WAYS)[number];

/** Whether a name is a provider's: of a row of the database, of an address. */
export const isHostedProvider = (name: string): name is HostedProviderId => HOSTED_PROVIDERS.some((id) => id === name);
