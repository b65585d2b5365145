/** What is fetched besides the ledger once it is complete: the server's own view of the wallet, packs, reports, invoices, keys. */
import { type ZodType, z } from 'zod';
import {
  autoTopUp as autoTopUpSchema,
  billingDetails as billingDetailsSchema,
  keys as keysSchema,
  paths,
  paymentOptions,
  policy as policySchema,
  pricing as pricingSchema,
  report as reportSchema,
  type Report as ServerReport,
  wallet as walletSchema,
} from '../../shared/api/index.ts';
import { parseInstant, timeBetween } from '../../shared/credits/model/instants.ts';
import type { AccountId, Millis } from '../../shared/credits/model/quantities.ts';
import { isoOf, type World } from '../world.ts';
import type { Cache } from './copy/cache.ts';
import { packFact } from './copy/facts.ts';
import { judge } from './http/verdict.ts';
import type { Invoices } from './invoices.ts';
import type { Checkouts } from './orders/checkouts.ts';
import type { Transport } from './transport.ts';

interface RefreshParts {
  readonly cache: Cache;
  readonly invoices: Invoices;
  readonly world: World;
  /** Whose ledger the copy is; null: of nobody yet. */
  readonly accountId: () => AccountId | null;
  /** Whether this is still the connection whose copy is kept. */
  readonly isCurrent: () => boolean;
  /** What became of the last payment on a provider's page. */
  readonly checkouts: Checkouts;
  readonly reportsSeen: (reports: readonly ServerReport[]) => void;
}

type Trouble = { readonly reason: string; readonly afterMs: Millis | null };
type Fetched<T> = { readonly body: T } | Trouble;

/** Null when all went well; else why not, and nothing is half remembered. */
export async function refreshAll(parts: RefreshParts, transport: Transport, everything: boolean): Promise<Trouble | null> {
  const { cache, world, isCurrent } = parts;
  const get = async <T>(path: string, schema: ZodType<T>, answersThis?: (body: T) => boolean): Promise<Fetched<T>> => {
    const verdict = judge(await transport.send({ method: 'GET', path }), schema, answersThis);
    // Another server or account was signed in meanwhile: what this one says does not belong into its copy.
    if (!isCurrent()) return { reason: 'The connection changed.', afterMs: null };
    if (verdict.kind === 'accepted') return { body: verdict.body };
    return {
      reason: verdict.kind === 'refused' ? verdict.problem.detail : verdict.reason,
      afterMs: verdict.kind === 'again' ? verdict.afterMs : null,
    };
  };
  /** For reading only: without a new one the wallet is right all the same, so that a failure fails nothing. */
  const remember = async <T>(fact: string, path: string, schema: ZodType<T>): Promise<void> => {
    const fetched = await get(path, schema);
    if ('body' in fetched) cache.remember(fact, fetched.body);
  };
  const accountId = parts.accountId();
  const wallet = await get(paths.wallet, walletSchema, (body) => accountId === null || body.accountId === accountId);
  if (!('body' in wallet)) return wallet;
  const now = world.clock.now();
  cache.remember('wallet', wallet.body);
  cache.remember('confirmedAt', isoOf(now));
  const serverTime = parseInstant(wallet.body.asOf);
  // Expiry goes by the server's clock, however wrong this machine's is.
  if (!Number.isNaN(serverTime)) cache.remember('clockOffsetMs', timeBetween(now, serverTime));
  if (!everything) return null;
  const policy = await get(paths.policy, policySchema);
  if (!('body' in policy)) return policy;
  cache.remember('policy', policy.body);
  await remember('pricing', `${paths.pricing}?policy=${encodeURIComponent(policy.body.id)}`, pricingSchema);
  await remember('payment', paths.payment, paymentOptions);
  await remember('autoTopUp', paths.autoTopUp, autoTopUpSchema);
  await remember('billing', paths.billingDetails, billingDetailsSchema);
  await parts.checkouts.refresh(transport, isCurrent);
  const packs = await get(paths.packs, packFact);
  if (!('body' in packs)) return packs;
  cache.remember('packs', packs.body);
  const reports = await get(paths.reports, z.array(reportSchema));
  if (!('body' in reports)) return reports;
  parts.reportsSeen(reports.body);
  const invoices = await parts.invoices.refresh(transport, isCurrent);
  if (invoices.kind === 'accepted') return null;
  return { reason: invoices.kind === 'refused' ? invoices.problem.detail : invoices.reason, afterMs: null };
}

/** The server's signing keys, kept from the first time on; an unknown key id asks once more. */
export async function publicKeyOf(cache: Cache, transport: Transport, keyId: string): Promise<string | null> {
  const find = (known: z.infer<typeof keysSchema> | null): string | null =>
    known?.keys.find((key) => key.keyId === keyId)?.publicKey ?? null;
  const kept = find(cache.fact('keys', keysSchema));
  if (kept !== null) return kept;
  const verdict = judge(await transport.send({ method: 'GET', path: paths.keys }), keysSchema);
  if (verdict.kind !== 'accepted') return null;
  cache.remember('keys', verdict.body);
  return find(verdict.body);
}
