/** What an operation has come to, said for ever in the same words: held, settled, released, refused or done. */
import { z } from 'zod';
import { instant, type Outcome, outcome, type Receipt } from '../../shared/api/index.ts';
import { BEFORE_FIRST } from '../../shared/credits/model/minting.ts';
import type { Entry, EntryOf } from '../../shared/credits/model/model.ts';
import { effectOnAvailable, slicesOf } from '../../shared/credits/model/postings.ts';
import type { Instant, OpId, Seq, Slice } from '../../shared/credits/model/quantities.ts';
import { NO_UNITS, sumUnits } from '../../shared/credits/model/units.ts';
import { rfc3339 } from '../clock.ts';
import { parseStored } from '../db/stored.ts';
import { notFound } from '../problems.ts';
import type { KnownOperation } from './storage.ts';
import type { Amounts } from './wire.ts';

const refusedOutcome = outcome.extend({
  at: instant,
  /** What the problem document said besides: required, available, shortfall, remedies. The first servers kept none of it. */
  details: z.record(z.string(), z.unknown()).default({}),
});

/** How a refusal is kept. */
type RefusedOutcome = z.infer<typeof refusedOutcome>;

/** As it is stored with its operation id. */
export const keptRefusal = (outcome: Outcome, details: RefusedOutcome['details'], now: Instant): string =>
  JSON.stringify({ ...outcome, at: rfc3339(now), details } satisfies RefusedOutcome);

/** What `keptRefusal` wrote, today's or an older server's. Throws when it is something else. */
export const readRefusal = (stored: string): RefusedOutcome => parseStored(refusedOutcome, stored, 'refusal of an operation');

/** An operation with the entries that it wrote; none where its outcome is stored. */
export interface Remembered {
  readonly known: KnownOperation;
  /** What it wrote; none when it was refused. */
  readonly entries: readonly Entry[];
}

/** The outcome of an operation that was held. */
export function heldOutcome(amounts: Amounts, entry: EntryOf<'held'>): Outcome {
  return {
    opId: entry.opId,
    status: 'held',
    amount: amounts.total(entry.slices),
    slices: amounts.slices(entry.slices),
    holdExpiresAt: rfc3339(entry.expiresAt),
  };
}

/** What an operation has come to. `end` undefined: nobody ended its hold. */
export function receiptOf(amounts: Amounts, opId: OpId, begun: Remembered, end: Remembered | undefined): Receipt {
  const { known, entries } = begun;
  const zero = amounts.format(NO_UNITS);
  if (known.outcome !== null) {
    const { at, amount, code } = readRefusal(known.outcome);
    return {
      opId,
      status: 'refused',
      amount,
      charged: zero,
      returned: zero,
      slices: [],
      seq: known.seq,
      at,
      holdExpiresAt: null,
      ...(code ? { code } : {}),
    };
  }
  const [entry] = entries;
  if (!entry) throw notFound('operation');
  if (entry.kind === 'held') {
    const [ended] = end?.entries ?? [];
    return holdReceipt(amounts, { ...entry, seq: known.seq }, end && ended && { entry: ended, seq: end.known.seq });
  }
  // An upgrade, a top-up, a refund may take several entries: all of them are what it came to.
  return {
    opId,
    at: rfc3339(entry.at),
    seq: known.seq,
    holdExpiresAt: null,
    status: 'done',
    amount: amounts.format(sumUnits(entries.map(effectOnAvailable))),
    charged: zero,
    returned: zero,
    slices: amounts.slices(entries.flatMap(slicesOf)),
  };
}

interface HoldFacts {
  readonly opId: OpId;
  readonly at: Instant;
  readonly expiresAt: Instant;
  readonly slices: readonly Slice[];
  readonly seq?: Seq;
}

/** What a hold has come to: still held, or ended by the entry in place `seq`. */
export function holdReceipt(amounts: Amounts, hold: HoldFacts, end: { readonly entry: Entry; readonly seq: Seq } | undefined): Receipt {
  const { opId, slices } = hold;
  const zero = amounts.format(NO_UNITS);
  const base = { opId, amount: amounts.total(slices), holdExpiresAt: rfc3339(hold.expiresAt) };
  if (end?.entry.kind === 'settled') {
    const { charged, returned, at } = end.entry;
    return {
      ...base,
      status: 'settled',
      charged: amounts.total(charged),
      returned: amounts.total(returned),
      slices: amounts.slices(charged),
      seq: end.seq,
      at: rfc3339(at),
    };
  }
  if (end?.entry.kind === 'released') {
    const { returned, reason, at } = end.entry;
    return {
      ...base,
      status: 'released',
      charged: zero,
      returned: amounts.total(returned),
      slices: [],
      reason,
      seq: end.seq,
      at: rfc3339(at),
    };
  }
  return {
    ...base,
    status: 'held',
    charged: zero,
    returned: zero,
    slices: amounts.slices(slices),
    seq: hold.seq ?? BEFORE_FIRST,
    at: rfc3339(hold.at),
  };
}
