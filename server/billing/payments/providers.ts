/** The providers this server was given keys for. */

import type { Policy } from '../../../shared/credits/model/policy.ts';
import type { PaymentWay } from '../../../shared/payment-ways.ts';
import { Refusal } from '../../problems.ts';
import type { HostedProvider } from './provider.ts';
import type { ReturnAddress } from './return-address.ts';
import type { PaymentSettings } from './settings.ts';

/** Those that are set up on this server. */
export class Providers {
  readonly #hosted: ReadonlyMap<string, HostedProvider>;

  constructor(hosted: readonly HostedProvider[]) {
    this.#hosted = new Map(hosted.map((provider) => [provider.id, provider]));
  }

  hosted(id: string): HostedProvider | undefined {
    return this.#hosted.get(id);
  }

  get all(): readonly HostedProvider[] {
    return [...this.#hosted.values()];
  }

  /** What an account under this policy may pay with, in the policy's order. */
  offered(policy: Pick<Policy, 'payment'>): readonly PaymentWay[] {
    return policy.payment.filter((id) => id === 'invoice' || this.#hosted.has(id));
  }

  /** The hosted provider to pay with; null: on account, by invoice. Nothing asked for: the first of the policy's ways that is set up. Throws not_offered. */
  choose(policy: Pick<Policy, 'payment' | 'label'>, asked: PaymentWay | undefined): HostedProvider | null {
    if (asked === undefined) return this.#first(policy);
    if (!policy.payment.includes(asked))
      throw new Refusal('not_offered', `${policy.label} is not paid through ${asked}. Nothing was charged.`);
    if (asked === 'invoice') return null;
    const provider = this.#hosted.get(asked);
    if (!provider) throw new Refusal('not_offered', `Payment through ${asked} is not set up on this server. Nothing was charged.`);
    return provider;
  }

  #first(policy: Pick<Policy, 'payment' | 'label'>): HostedProvider | null {
    const online = policy.payment.flatMap((id) => this.#hosted.get(id) ?? []);
    if (online[0] !== undefined) return online[0];
    if (policy.payment.includes('invoice')) return null;
    throw new Refusal(
      'not_offered',
      `${policy.label} is paid through ${policy.payment.join(' or ')}, which is not set up on this server. Nothing was charged.`,
    );
  }
}

/** Those that there are keys for. SDKs are loaded only then: the studio on one's own machine needs none. */
export async function openProviders(settings: PaymentSettings, returns: ReturnAddress): Promise<Providers> {
  return new Providers(await Promise.all(settings.hosted.map((open) => open(returns))));
}
