/** For staff: roles, the audit log, accounts as staff sees them, adjustments, policy versions. */
import { z } from 'zod';
import { accountId, operationId } from '../credits/codec/quantities.ts';
import { onAccountStanding, purchase, subscription } from './billing.ts';
import { identifier, line, word } from './text.ts';
import { handedOut } from './tokens.ts';
import { amount, amountIn, instant, instantIn, opId } from './values.ts';
import { wallet } from './wallet.ts';

/**
 * read-only looks · support also grants, adjusts, refunds, changes plans and answers reports in words · retoucher sees reports with their pictures and
 * answers them, and nothing else · owner may do everything
 */
const staffRole = z.enum(['owner', 'support', 'read-only', 'retoucher']);
/** Why it is done, for the audit log. */
export const why = line(500);
/** Makes a member of staff, whose token is in the answer. */
export const staffRequest = z.strictObject({ opId, name: line(100), role: staffRole, reason: why.optional() });
/** Takes a member's token and role away; the member stays in the list and in the audit log. */
export const revokeRequest = z.strictObject({ reason: why.optional() });
/** A member of staff, never the token. `revokedAt` null: may still sign in. */
export const staffMember = z.object({
  id: z.string(),
  name: z.string(),
  role: staffRole,
  createdAt: instant,
  revokedAt: instant.nullable(),
});
/** The token is shown here and nowhere else, and only once; only its hash is stored. */
export const staffAnswer = z.object({ member: staffMember, ...handedOut });
/** Who the token of this request belongs to. */
export const staffSelf = z.object({ id: z.string(), name: z.string(), role: staffRole });

const pageSize = z.coerce.number().int().min(1).max(200);
const cursor = z
  .string()
  .regex(/^[1-9]\d{0,14}$/)
  .describe('`next` of the page before.');
/** Pages of the audit log, newest first; `before` is the `next` of the page before. */
export const auditQuery = z.object({
  before: cursor.optional(),
  accountId: identifier(64).brand<'AccountId'>().optional(),
  limit: pageSize.default(50),
});
/** One act of staff, written in the transaction that did it. `before` and `after` are what it changed, in the form of its kind; `accountId`, `opId` null: it was not about one. */
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
/** A page of the audit log; `next` null: this was the last. */
export const auditPage = z.object({ acts: z.array(act), next: z.string().nullable() });

/** Pages of accounts; `before` is the `next` of the page before. */
export const accountsQuery = z.object({
  /** An account's id or its beginning, or a part of its email or name. Absent: all, newest first. */
  query: word(254, 0).optional(),
  before: identifier(64).optional(),
  limit: pageSize.default(50),
});
/** An account as a list shows it; null: not given. */
export const accountLine = z.object({
  accountId,
  createdAt: instant,
  email: z.string().nullable(),
  name: z.string().nullable(),
  country: z.string().nullable(),
});
/** A page of accounts; `next` null: this was the last. */
export const accountsPage = z.object({ accounts: z.array(accountLine), next: z.string().nullable() });
/** Everything that staff needs to see of one account, as of now. */
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
/** The account's reset day after the change; `day` null: the policy's own. `resetsAt` null: no month runs. */
export const resetDayAnswer = z.object({
  opId: operationId,
  day: z.int().nullable(),
  /** When the running month ends now, and new credit comes. */
  resetsAt: instant.nullable(),
});
/** Credit that was added or taken; `amount` is never negative. */
export const adjustmentAnswer = z.object({ opId: operationId, direction: z.enum(['add', 'take']), amount });

/** A debt in credit that a chargeback left: let go, or paid in another way. `amount` absent: all of it. */
export const strikeRequest = z.strictObject({ opId, amount: amountIn.optional(), reason: why });
/** How much of what the account owed in credit was struck off. */
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

/** Every policy with its versions, as this server knows them. */
export const policyVersions = z.array(
  z.object({
    id: z.string(),
    label: z.string(),
    /** Newest first. Without `appliesFrom` a version is for new accounts only. */
    versions: z.array(z.object({ version: z.int(), appliesFrom: instant.nullable() })),
  }),
);

/** Owners do everything, support what is within the caps, read-only looks, retouchers mend reported pictures. */
export type StaffRole = z.infer<typeof staffRole>;
/** A member of staff, in work or revoked. */
export type StaffMember = z.infer<typeof staffMember>;
/** An entry of the audit log. */
export type Act = z.infer<typeof act>;
/** One account as staff sees it. */
export type AccountDetail = z.infer<typeof accountDetail>;
/** A page of accounts, for the staff page. */
export type AccountsPage = z.infer<typeof accountsPage>;
/** A page of the audit log, for the staff page. */
export type AuditPage = z.infer<typeof auditPage>;
/** The policies and their versions, for the staff page. */
export type PolicyVersions = z.infer<typeof policyVersions>;
/** A new member of staff with the token that is shown once. */
export type StaffAnswer = z.infer<typeof staffAnswer>;
/** The member that the page is signed in as. */
export type StaffSelf = z.infer<typeof staffSelf>;
