/** Which payment providers this server was given keys for, by environment only. Keys are never logged, never stored and never part of an error. */
import { HOSTED_PROVIDERS } from '../../../shared/payment-ways.ts';
import { type Environment, readAddress } from './environment.ts';
import { MODULES } from './modules.ts';
import type { OpenProvider } from './provider.ts';

/** What the environment says of payments. */
export interface PaymentSettings {
  /** Opens a provider, each one that there are keys for. The keys are in none of their members. */
  readonly hosted: readonly OpenProvider[];
  /** Where browsers reach this server: providers send them back here. null: where it listens. */
  readonly publicUrl: URL | null;
}

/** For --help. */
export const PAYMENT_USAGE = `environment, for payments (keys are never logged)
${HOSTED_PROVIDERS.map((id) => MODULES[id].usage).join('\n')}
  BACKLOT_PUBLIC_URL                              where browsers reach this server, default where it listens`;

/** Throws with the sentence to show; the sentence never holds a value. */
export function readPayments(env: Environment): PaymentSettings {
  const hosted = HOSTED_PROVIDERS.flatMap((id) => MODULES[id].read(env) ?? []);
  return { hosted, publicUrl: readAddress(env, 'BACKLOT_PUBLIC_URL') };
}
