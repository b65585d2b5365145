/**
 * Keys and addresses of payment providers, by environment only. A key that is half there is a fault at start, not a payment that is never heard
 * of. Keys are never logged, never stored and never part of an error.
 */
export interface StripeSettings {
  readonly key: string;
  readonly webhookSecret: string;
  /** Another address than Stripe's own: a proxy, a test. */
  readonly base: URL | null;
}

export interface PaddleSettings {
  readonly key: string;
  readonly webhookSecret: string;
  readonly environment: 'production' | 'sandbox';
  readonly base: URL | null;
  /** Paddle's hosted checkout page, when the account has one; else the account's default payment link is used. */
  readonly hostedCheckout: URL | null;
}

export interface PaymentSettings {
  readonly stripe: StripeSettings | null;
  readonly paddle: PaddleSettings | null;
  /** Where browsers reach this server: providers send them back here. null: where it listens. */
  readonly publicUrl: URL | null;
}

type Environment = Readonly<Record<string, string | undefined>>;

export const PAYMENT_USAGE = `environment, for payments (keys are never logged)
  STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET        checkout, portal and renewals through Stripe
  PADDLE_API_KEY, PADDLE_WEBHOOK_SECRET           through Paddle as merchant of record
  PADDLE_ENVIRONMENT (production or sandbox), PADDLE_HOSTED_CHECKOUT, STRIPE_API_BASE, PADDLE_API_BASE
  BACKLOT_PUBLIC_URL                              where browsers reach this server, default where it listens`;

/** Throws with the sentence to show; the sentence never holds a value. */
export function readPayments(env: Environment): PaymentSettings {
  const stripe = pair(env, 'STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET');
  const paddle = pair(env, 'PADDLE_API_KEY', 'PADDLE_WEBHOOK_SECRET');
  const environment = env['PADDLE_ENVIRONMENT'] || 'production';
  if (environment !== 'production' && environment !== 'sandbox')
    throw new Error('PADDLE_ENVIRONMENT is production or sandbox. The server was not started.');
  return {
    stripe: stripe && { ...stripe, base: address(env, 'STRIPE_API_BASE') },
    paddle: paddle && {
      ...paddle,
      environment,
      base: address(env, 'PADDLE_API_BASE'),
      hostedCheckout: address(env, 'PADDLE_HOSTED_CHECKOUT'),
    },
    publicUrl: address(env, 'BACKLOT_PUBLIC_URL'),
  };
}

function pair(env: Environment, keyName: string, secretName: string): { key: string; webhookSecret: string } | null {
  const [key, webhookSecret] = [env[keyName]?.trim(), env[secretName]?.trim()];
  if (!key && !webhookSecret) return null;
  if (!key) throw new Error(`${secretName} is set and ${keyName} is not. The server was not started.`);
  if (!webhookSecret)
    throw new Error(`${keyName} is set and ${secretName} is not: payments could not be heard of. The server was not started.`);
  return { key, webhookSecret };
}

function address(env: Environment, name: string): URL | null {
  const text = env[name]?.trim();
  if (!text) return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:')
    throw new Error(`${name} is not an address that begins with https://. The server was not started.`);
  return url;
}
