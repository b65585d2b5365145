/** The folder of each payment provider. The compiler asks for one for every line of `HOSTED_PROVIDERS`. */
import type { HostedProviderId } from '../../../shared/payment-ways.ts';
import { paddle } from './paddle/module.ts';
import type { ProviderModule } from './provider.ts';
import { stripe } from './stripe/module.ts';

/** By the id that policies and the contract know it by. */
export const MODULES: Readonly<Record<HostedProviderId, ProviderModule>> = { stripe, paddle };
