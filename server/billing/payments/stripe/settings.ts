/** Stripe's keys and addresses. */
import { type Environment, readAddress, readKeys } from '../environment.ts';

/** By environment only; never logged, never stored, never part of an error. */
export interface StripeSettings {
  readonly key: string;
  readonly webhookSecret: string;
  /** Another address than Stripe's own: a proxy, a test. */
  readonly base: URL | null;
}

/** null: there is no key. Throws the sentence to show. */
export function readStripe(env: Environment): StripeSettings | null {
  const keys = readKeys(env, 'STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET');
  return keys && { ...keys, base: readAddress(env, 'STRIPE_API_BASE') };
}
