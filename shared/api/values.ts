/** Values of the wire: amounts, instants, ids, money, problem documents. */
import { z } from 'zod';
import { because } from '../codes/server-codes.ts';
import { grantId } from '../credits/codec/quantities.ts';
import { identifier } from './text.ts';

/** A decimal string in the policy's unit: "12", "0.4200". Always positive on the way in; scale and size are checked against the policy. */
export const amountIn = z
  .unknown()
  .refine(
    (v) => typeof v === 'string' && /^\d{1,19}(\.\d{1,9})?$/.test(v),
    because('invalid_amount', 'An amount is a positive decimal string in the policy’s unit, like "12" or "0.4200".'),
  )
  .transform((v) => String(v))
  .meta({ type: 'string', description: 'Decimal string in the policy’s unit.' });
/** An amount on the wire: a decimal string, because JSON numbers are binary fractions. Signed only where its docstring says so. */
export const amount = z.string().describe('Decimal string in the policy’s unit.');

const EARLIEST = Date.UTC(1970, 0, 1);
const LATEST = Date.UTC(9999, 0, 1);
/** RFC 3339 in UTC, from 1970 on. */
export const instantIn = z
  .string()
  .max(40)
  .refine(
    (s) =>
      /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(s) && Date.parse(s) >= EARLIEST && Date.parse(s) < LATEST,
    because('invalid_instant', 'An instant is written as RFC 3339 with a time zone, from 1970 on: "2026-11-23T09:00:00Z".'),
  );
/** An instant on the wire, as the server writes it. */
export const instant = z.string().describe('RFC 3339, UTC.');

const ULID = /^[0-9A-HJKMNP-TV-Z]{26}$/i;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The one spelling of an operation id: a ULID in capitals, a UUID (RFC 9562) in small letters. Any other text stays as it is. */
export function spelled(id: string): string {
  if (UUID.test(id)) return id.toLowerCase();
  return ULID.test(id) ? id.toUpperCase() : id;
}

/** Made and kept by the client before anything is sent: a ULID or a UUID. Permanent. Capitals or small letters: it is the same operation. */
export const opId = z
  .string()
  .max(100)
  .overwrite(spelled)
  .refine((s) => ULID.test(s) || UUID.test(s), because('invalid_id', 'An operation id is a ULID or a UUID, made by the client.'))
  .brand<'OpId'>();
/** The id of an operation that may be the server's own: what it is asked for by. */
export const anyOpId = identifier(100).overwrite(spelled).brand<'OpId'>();

/** `amount`: a decimal string in whole units of `currency` ("12.50"); `currency`: ISO 4217. */
export const money = z.object({ amount: z.string(), currency: z.string() });
/** What amounts are counted in. */
export const unit = z.object({
  /** 'credit' or an ISO 4217 code. */
  code: z.string(),
  /** Decimal places of the smallest unit. */
  scale: z.int(),
});
/** So much of one grant. */
export const slice = z.object({ bucket: z.string(), grantId, amount });
/** So much of one bucket. */
export const bucketAmount = z.object({ bucket: z.string(), amount });

/** What would make up for a shortfall, the cheapest first. */
export const remedy = z.object({
  kind: z.enum(['pack', 'top-up', 'wait', 'plan']),
  packId: z.string().optional(),
  price: money.optional(),
  /** When waiting helps: from when on. */
  at: instant.optional(),
  plan: z.string().optional(),
});

/** RFC 9457, with a stable `code`. 402 adds required, available, shortfall and remedies, cheapest first. */
export const problem = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  /** One of `CODES`; a newer server may have more. */
  code: z.string(),
  instance: z.string().optional(),
  required: amount.optional(),
  available: amount.optional(),
  shortfall: amount.optional(),
  remedies: z.array(remedy).optional(),
  /** Which member of the request is wrong. */
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});

/** An amount of money, as text with its currency; parse it before you calculate. */
export type Money = z.infer<typeof money>;
/** How much an operation drew from one grant. */
export type Slice = z.infer<typeof slice>;
/** A problem document as it was received: a newer server may add members and codes. */
export type Problem = z.infer<typeof problem>;
/** Something that would make up for a shortfall. */
export type Remedy = z.infer<typeof remedy>;
