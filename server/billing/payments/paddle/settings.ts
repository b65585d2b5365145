/** Paddle's keys and addresses. */
import { type Environment, readAddress, readKeys } from '../environment.ts';

/** By environment only; never logged, never stored, never part of an error. */
export interface PaddleSettings {
  readonly key: string;
  readonly webhookSecret: string;
  readonly environment: 'production' | 'sandbox';
  /** Another address than Paddle's own: a proxy, a test. */
  readonly base: URL | null;
  /** Paddle's hosted checkout page, when the account has one; else the account's default payment link is used. */
  readonly hostedCheckout: URL | null;
}

/** null: there is no key. Throws the sentence to show. */
export function readPaddle(env: Environment): PaddleSettings | null {
  const keys = readKeys(env, 'PADDLE_API_KEY', 'PADDLE_WEBHOOK_SECRET');
  const environment = env['PADDLE_ENVIRONMENT'] || 'production';
  if (environment !== 'production' && environment !== 'sandbox')
    throw new Error('PADDLE_ENVIRONMENT is production or sandbox. The server was not started.');
  return (
    keys && {
      ...keys,
      environment,
      base: readAddress(env, 'PADDLE_API_BASE'),
      hostedCheckout: readAddress(env, 'PADDLE_HOSTED_CHECKOUT'),
    }
  );
}
