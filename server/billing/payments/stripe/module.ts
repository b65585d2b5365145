/** Stripe as one of the providers. Its SDK is loaded only where there is a key. */
import type { ProviderModule } from '../provider.ts';
import { readStripe } from './settings.ts';

/** Stripe: we are the seller, add the tax and write the invoice. */
export const stripe: ProviderModule = {
  merchantOfRecord: false,
  usage: `  STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET        checkout, portal and renewals through Stripe
  STRIPE_API_BASE                                 another address of its API`,
  read(env) {
    const settings = readStripe(env);
    return (
      settings &&
      (async (returns) => {
        const { StripeProvider } = await import('./stripe.ts');
        return new StripeProvider(settings, returns);
      })
    );
  },
};
