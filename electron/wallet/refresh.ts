/** What is fetched besides the ledger once it is complete: the server's own view of the wallet, packs, reports, invoices, keys. */
import { z } from 'zod';
import {
  autoTopUp as autoTopUpSchema,
  billingDetails as billingDetailsSchema,
  keys as keysSchema,
  pack as packSchema,
  paths,
  paymentOptions,
  policy as policySchema,
  pricing as pricingSchema,
  report as reportSchema,
  type Report as ServerReport,
  wallet as walletSchema,
} from '../../shared/api.ts';
import { isoOf, type World } from '../world.ts';
import type { Cache } from './cache.ts';
import type { Checkouts } from './checkouts.ts';
import type { Invoices } from './invoices.ts';
import type { Transport } from './transport.ts';
import { judge } from './verdict.ts';

export const packFact = z.array(packSchema);

export interface RefreshParts {
  readonly cache: () => Cache;
  readonly invoices: Invoices;
  readonly world: World;
  /** What became of the last payment on a provider's page. */
  readonly checkouts: Checkouts;
  readonly reportsSeen: (reports: readonly ServerReport[]) => void;
}

type Trouble = { readonly reason: string; readonly afterMs: number | null };

/** Null when all went well; else why not, and nothing is half remembered. */
export async function refreshAll(parts: RefreshParts, transport: Transport, everything: boolean): Promise<Trouble | null> {
  const { cache, world } = parts;
  const get = async (path: string): Promise<{ body: unknown } | Trouble> => {
    const verdict = judge(await transport.send({ method: 'GET', path }));
    if (verdict.kind === 'accepted') return { body: verdict.body };
    return {
      reason: verdict.kind === 'refused' ? verdict.problem.detail : verdict.reason,
      afterMs: verdict.kind === 'again' ? verdict.afterMs : null,
    };
  };
  const wallet = await get(paths.wallet);
  if (!('body' in wallet)) return wallet;
  const confirmed = walletSchema.parse(wallet.body);
  const now = world.clock.now();
  cache().remember('wallet', confirmed);
  cache().remember('confirmedAt', isoOf(now));
  // Expiry goes by the server's clock, however wrong this machine's is.
  cache().remember('clockOffsetMs', Date.parse(confirmed.asOf) - now);
  if (!everything) return null;
  const policy = await get(paths.policy);
  if (!('body' in policy)) return policy;
  const inForce = policySchema.parse(policy.body);
  cache().remember('policy', inForce);
  const pricing = await get(`${paths.pricing}?policy=${encodeURIComponent(inForce.id)}`);
  // A price list is for reading; without a new one the wallet is right all the same.
  const prices = 'body' in pricing ? pricingSchema.safeParse(pricing.body) : null;
  if (prices?.success === true) cache().remember('pricing', prices.data);
  const payment = await get(paths.payment);
  const ways = 'body' in payment ? paymentOptions.safeParse(payment.body) : null;
  if (ways?.success === true) cache().remember('payment', ways.data);
  const automatic = await get(paths.autoTopUp);
  const topUps = 'body' in automatic ? autoTopUpSchema.safeParse(automatic.body) : null;
  if (topUps?.success === true) cache().remember('autoTopUp', topUps.data);
  const billing = await get(paths.billingDetails);
  const details = 'body' in billing ? billingDetailsSchema.safeParse(billing.body) : null;
  if (details?.success === true) cache().remember('billing', details.data);
  await parts.checkouts.refresh(transport);
  const packs = await get(paths.packs);
  if (!('body' in packs)) return packs;
  cache().remember('packs', packFact.parse(packs.body));
  const reports = await get(paths.reports);
  if (!('body' in reports)) return reports;
  parts.reportsSeen(z.array(reportSchema).parse(reports.body));
  const invoices = await parts.invoices.refresh(transport);
  if (invoices.kind === 'accepted') return null;
  return { reason: invoices.kind === 'refused' ? invoices.problem.detail : invoices.reason, afterMs: null };
}

/** The server's signing keys, kept from the first time on; an unknown key id asks once more. */
export async function publicKeyOf(cache: Cache, transport: Transport, keyId: string): Promise<string | null> {
  const find = (known: z.infer<typeof keysSchema> | null): string | null =>
    known?.keys.find((key) => key.keyId === keyId)?.publicKey ?? null;
  const kept = find(cache.fact('keys', keysSchema));
  if (kept !== null) return kept;
  const verdict = judge(await transport.send({ method: 'GET', path: paths.keys }));
  if (verdict.kind !== 'accepted') return null;
  const keys = keysSchema.parse(verdict.body);
  cache.remember('keys', keys);
  return find(keys);
}
