/** Reading: wallet, quotes, ledger, policy, prices. */
import { z } from 'zod';
import { accountId, grantId, operationId, seq } from '../credits/codec/quantities.ts';
import { BEFORE_FIRST } from '../credits/model/minting.ts';
import type { Seq } from '../credits/model/quantities.ts';
import { operation } from './operations.ts';
import { amount, bucketAmount, instant, money, remedy, slice, unit } from './values.ts';

/** A block of credit. Always: granted = available + held + spent + expired + refunded. `expiresAt` null: it does not lapse. */
export const grant = z.object({
  id: grantId,
  granted: amount,
  available: amount,
  held: amount,
  spent: amount,
  expired: amount,
  refunded: amount,
  effectiveAt: instant,
  expiresAt: instant.nullable(),
  /** plan, promotion, purchase, rollover, trial or admin. */
  source: z.string(),
});

/** The grants of one bucket and their sums. `nextExpiry`, `nextExpiryAmount`: what lapses next; null: nothing does. */
export const bucket = z.object({
  bucket: z.string(),
  label: z.string(),
  available: amount,
  held: amount,
  nextExpiry: instant.nullable(),
  nextExpiryAmount: amount.nullable(),
  grants: z.array(grant),
});

/** What the policy has to say about the wallet; `kind` is stable, `message` is for people. */
export const alert = z.object({ kind: z.string(), level: z.enum(['info', 'warning', 'critical']), message: z.string() });

/** A renewal that is not paid yet, explained. `nextAttemptAt` null: it is not retried; `reason` null: the provider gave none, or has not answered. */
export const dunning = z.object({
  /** pending: being charged · past_due: declined, retried · ended: given up, the plan ended and nothing was charged */
  state: z.enum(['pending', 'past_due', 'ended']),
  /** Declined so far, of at most `attempts`. */
  attempt: z.int(),
  attempts: z.int(),
  nextAttemptAt: instant.nullable(),
  invoice: z.string(),
  amount: money,
  reason: z.string().nullable(),
  message: z.string(),
});

/** The plan that runs. `slots` null: it is not sold by slots; `renewsAt` null: nothing renews. */
export const plan = z.object({
  id: z.string(),
  label: z.string(),
  slots: z.int().nullable(),
  allowance: z.string(),
  renewsAt: instant.nullable(),
  interval: z.enum(['month', 'year']).nullable(),
  status: z.enum(['active', 'cancelling', 'pausing', 'paused', 'ended']),
  /** Only where the wallet or the subscription is asked for; absent: everything is paid. */
  dunning: dunning.optional(),
});

/** The answer of `GET /v1/wallet`: as of `asOf`, by the ledger up to `seq`. `plan` null: none runs. */
export const wallet = z.object({
  accountId,
  policy: z.object({ id: z.string(), label: z.string(), version: z.int() }),
  unit,
  asOf: instant,
  /** The IANA name of the account's time zone, which its days are counted in. Absent: the server is older than this member. */
  timeZone: z.string().optional(),
  seq,
  available: amount,
  held: amount,
  /** In draw order. */
  buckets: z.array(bucket),
  /** Credit of payments that were taken back, spent and not settled since; "0" for nearly everybody. */
  shortfall: amount.optional(),
  plan: plan.nullable(),
  /** Money from unused time that the next bills use up; paid out as soon as none will come. */
  carried: money.optional(),
  alerts: z.array(alert),
  /** Under a currency policy only (PG-05). */
  balance_eur: z.string().optional(),
});

/** A dry run of what `POST /v1/operations` takes: holds nothing, charges nothing. */
export const quoteRequest = z.strictObject({ operations: z.array(operation).min(1).max(500) });
/** What the operations would cost together. */
export const quote = z.object({
  /** The most it can cost: what is held. */
  total: amount,
  /** The least; equal to `total` where prices are known beforehand. */
  atLeast: amount,
  slices: z.array(bucketAmount),
  availableAfter: amount,
  /** What to know first (ST-07). */
  notices: z.array(z.string()),
  refusal: z
    .object({
      code: z.string(),
      message: z.string(),
      required: amount.optional(),
      available: amount.optional(),
      shortfall: amount.optional(),
      /** How many of the operations the wallet pays for. */
      affordable: z.int().optional(),
      remedies: z.array(remedy).optional(),
    })
    .optional(),
});

/** One fact of the account's chain. */
export const ledgerEntry = z.object({
  seq,
  opId: operationId,
  at: instant,
  kind: z.string(),
  /** Signed: what the entry did to the available balance. */
  amount,
  slices: z.array(slice),
  availableAfter: amount,
  prevHash: z.string(),
  hash: z.string(),
  /**
   * The engine's own entry in its JSON form (`encodeEntry`), which `evolve` replays and the hash covers:
   * hash = SHA-256(prevHash ‖ canonical(body)); see shared/ledger.
   */
  body: z.record(z.string(), z.unknown()),
});

/** Where the ledger ends, signed: what a client proves its copy by. */
const ledgerHead = z.object({
  seq,
  hash: z.string(),
  /** Ed25519 over `headMessage(...)`, base64. */
  signature: z.string(),
  keyId: z.string(),
});
/** `after`: the last entry that the client has, 0 for none. */
export const ledgerQuery = z.object({
  after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).brand<'Seq'>().default(BEFORE_FIRST),
  limit: z.coerce.number().int().min(1).max(1000).default(500),
});
/** Entries in order of `seq`, without a gap, and the head. Another `epoch` than before: another history, and the copy is worth nothing. */
export const ledgerPage = z.object({
  entries: z.array(ledgerEntry),
  head: ledgerHead,
  /** Changes when the server's history was replaced (restored from a backup): throw the cache away and pull again from 0. */
  epoch: z.string(),
});

/** What is signed: domain, account, epoch, seq and hash, one a line. */
export const headMessage = (accountIdOf: string, epoch: string, seq: Seq, hash: string): string =>
  `backlot ledger head v1\n${accountIdOf}\n${epoch}\n${seq}\n${hash}`;

/** The keys that heads are signed with. */
export const keys = z.object({
  keys: z.array(z.object({ keyId: z.string(), algorithm: z.literal('Ed25519'), publicKey: z.string().describe('Raw 32 bytes, base64.') })),
});

/** The policy of the account: a summary, and the whole declaration that the engine reads. */
export const policy = z.object({
  id: z.string(),
  version: z.int(),
  label: z.string(),
  unit,
  buckets: z.array(z.object({ id: z.string(), label: z.string() })),
  plans: z.array(z.looseObject({ id: z.string(), label: z.string() })),
  /** The declaration itself, amounts as strings. */
  declaration: z.record(z.string(), z.unknown()),
});

/** What each kind of work costs under a policy. */
export const pricing = z.object({
  policy: z.string(),
  unit,
  /** Approximate where `to` differs from `from`; the actual cost is in the receipt. */
  prices: z.array(
    z.object({
      kind: z.string(),
      item: z.string(),
      label: z.string(),
      resolution: z.string().nullable(),
      complexity: z.string().nullable(),
      /** Set when the price is for this many seconds. */
      perSeconds: z.number().nullable(),
      from: amount,
      to: amount,
      /** The least tier of `tiers` whose balance may use it (PG-14); null: every balance that pays for it. */
      tier: z.string().nullable().optional(),
    }),
  ),
  /** What a balance may use (PG-14), the least first: from `atLeast` on these models and resolutions; null: all of them. Empty: every balance may use everything. */
  tiers: z
    .array(
      z.object({ id: z.string(), atLeast: amount, models: z.array(z.string()).nullable(), resolutions: z.array(z.string()).nullable() }),
    )
    .optional(),
  packs: z.array(z.object({ id: z.string(), credits: amount, price: money })),
});

/** A renewal that is not paid yet. */
export type Dunning = z.infer<typeof dunning>;
/** A wallet as the server reads it at `asOf`: expiry that has come counts, swept or not. */
export type Wallet = z.infer<typeof wallet>;
/** A bucket of a wallet with its grants. */
export type WalletBucket = z.infer<typeof bucket>;
/** A grant as the wallet shows it. */
export type WalletGrant = z.infer<typeof grant>;
/** Something the policy wants said about the wallet. */
export type Alert = z.infer<typeof alert>;
/** What operations would cost, or why they would be refused. */
export type Quote = z.infer<typeof quote>;
/** An entry of the ledger, both as shown to people and as the engine replays it. */
export type LedgerEntry = z.infer<typeof ledgerEntry>;
/** A page of the ledger: entries after the one asked for, the signed head, the epoch. */
export type LedgerPage = z.infer<typeof ledgerPage>;
/** A policy as the client gets it; `declaration` is what `decodePolicy` reads. */
export type PolicyAnswer = z.infer<typeof policy>;
/** A policy's prices in lines that a table can show. */
export type Pricing = z.infer<typeof pricing>;
