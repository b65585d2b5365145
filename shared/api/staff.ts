/** For staff: roles, the audit log, accounts as staff sees them, adjustments, policy versions. */
import { z } from 'zod';
import { accountId, operationId } from '../credits/codec/quantities.ts';
import { onAccountStanding, purchase, subscription } from './billing.ts';
import { identifier, line, word } from './text.ts';
import { handedOut } from './tokens.ts';
import { amount, amountIn, instant, instantIn, opId } from './values.ts';
import { wallet } from './wallet.ts';

/** read-only looks · support also grants, adjusts, refunds, changes plans and answers reports · owner may do everything */
export const staffRole = z.enum(['owner', 'support', 'read-only']);
/** Why it is done, for the audit log. */
export const why = line(500);
export const staffRequest = z.strictObject({ opId, name: line(100), role: staffRole, reason: why.optional() });
export const revokeRequest = z.strictObject({ reason: why.optional() });
export const staffMember = z.object({
  id: z.string(),
  name: z.string(),
  role: staffRole,
  createdAt: instant,
  revokedAt: instant.nullable(),
});
/** The token is shown here and nowhere else, and only once; only its hash is stored. */
export const staffAnswer = z.object({ member: staffMember, ...handedOut });
export const staffSelf = z.object({ id: z.string(), name: z.string(), role: staffRole });

const pageSize = z.coerce.number().int().min(1).max(200);
const cursor = z
  .string()
  .regex(/^[1-9]\d{0,14}$/)
  .describe('`next` of the page before.');
export const auditQuery = z.object({
  before: cursor.optional(),
  accountId: identifier(64).brand<'AccountId'>().optional(),
  limit: pageSize.default(50),
});
export const act = z.object({
  id: z.string(),
  at: instant,
  /** An account where it ended one of its own tokens. */
  staff: staffSelf.extend({ role: z.enum([...staffRole.options, 'account']) }),
  action: z.string(),
  accountId: accountId.nullable(),
  opId: operationId.nullable(),
  /** What was asked for. */
  detail: z.unknown(),
  before: z.unknown(),
  after: z.unknown(),
});
export const auditPage = z.object({ acts: z.array(act), next: z.string().nullable() });

export const accountsQuery = z.object({
  /** An account's id or its beginning, or a part of its email or name. Absent: all, newest first. */
  query: word(254, 0).optional(),
  before: identifier(64).optional(),
  limit: pageSize.default(50),
});
export const accountLine = z.object({
  accountId,
  createdAt: instant,
  email: z.string().nullable(),
  name: z.string().nullable(),
  country: z.string().nullable(),
});
export const accountsPage = z.object({ accounts: z.array(accountLine), next: z.string().nullable() });
export const accountDetail = accountLine.extend({
  wallet,
  subscription,
  policy: z.object({
    id: z.string(),
    version: z.int(),
    label: z.string(),
    plans: z.array(z.looseObject({ id: z.string(), label: z.string() })),
    buckets: z.array(z.object({ id: z.string(), label: z.string() })),
  }),
  onAccount: onAccountStanding,
  /** The last hundred, newest first. */
  purchases: z.array(purchase),
});

/** Puts a balance right: `add` is a grant, `take` takes at most what the bucket has available. No money moves. */
export const adjustmentRequest = z.strictObject({
  opId,
  direction: z.enum(['add', 'take']),
  bucket: word(60),
  amount: amountIn,
  reason: why,
});
/** null: the policy's day again. */
export const resetDayRequest = z.strictObject({ opId, day: z.int().min(1).max(31).nullable(), reason: why });
export const resetDayAnswer = z.object({
  opId: operationId,
  day: z.int().nullable(),
  /** When the running month ends now, and new credit comes. */
  resetsAt: instant.nullable(),
});
export const adjustmentAnswer = z.object({ opId: operationId, direction: z.enum(['add', 'take']), amount });

/** A debt in credit that a chargeback left: let go, or paid in another way. `amount` absent: all of it. */
export const strikeRequest = z.strictObject({ opId, amount: amountIn.optional(), reason: why });
export const strikeAnswer = z.object({ opId: operationId, settled: amount, shortfall: amount.describe('What is still owed.') });

/** What the account may owe from now on, with tax: `limit` null is the policy's default, "0" nothing. */
export const onAccountRequest = z.strictObject({
  opId,
  limit: amountIn.nullable(),
  /** Until when it may buy on account although an invoice is overdue. */
  allowOverdueUntil: instantIn.nullable().optional(),
  reason: why,
});
/** The whole invoice was paid: by a transfer, in cash. `at`: when; absent: now. */
export const paidRequest = z.strictObject({
  opId,
  at: instantIn.optional(),
  reason: why,
  /** What the bank's statement says. */
  reference: line(140).optional(),
  /** The invoice's number again, if wanted. */
  invoice: word(60).optional(),
});

export const policyVersions = z.array(
  z.object({
    id: z.string(),
    label: z.string(),
    /** Newest first. Without `appliesFrom` a version is for new accounts only. */
    versions: z.array(z.object({ version: z.int(), appliesFrom: instant.nullable() })),
  }),
);

export type StaffRole = z.infer<typeof staffRole>;
export type StaffMember = z.infer<typeof staffMember>;
export type Act = z.infer<typeof act>;
export type AccountDetail = z.infer<typeof accountDetail>;
export type AccountsPage = z.infer<typeof accountsPage>;
export type AuditPage = z.infer<typeof auditPage>;
export type PolicyVersions = z.infer<typeof policyVersions>;
export type StaffAnswer = z.infer<typeof staffAnswer>;
export type StaffSelf = z.infer<typeof staffSelf>;
