/**
 * Credit before the money. How much an account may owe is staff's word, else the policy's default, which holds only while the installation has no
 * online provider that the policy sells through: then invoices are its one way to sell. What is open is asked for inside the transaction that
 * would add to it, while the account's row is locked, so that no two purchases see the same room.
 */
import type pg from 'pg';
import type { OnAccountStanding } from '../../shared/api/index.ts';
import { formatMoney, parseMoney } from '../../shared/credits/model/amount.ts';
import { dateText, moneyText } from '../../shared/credits/model/amount-text.ts';
import { days } from '../../shared/credits/model/durations.ts';
import { laterBy, parseInstant } from '../../shared/credits/model/instants.ts';
import { NO_MONEY, subtractMinor, sumMinor } from '../../shared/credits/model/minor.ts';
import { minorFrom } from '../../shared/credits/model/minting.ts';
import type { Policy } from '../../shared/credits/model/policy.ts';
import type { AccountId, Instant, Minor, Money } from '../../shared/credits/model/quantities.ts';
import { rfc3339 } from '../clock.ts';
import { Refusal } from '../problems.ts';
import { type Customer, daysToPay } from './invoices/document.ts';
import { type InvoiceLine, previewInvoice } from './invoices/invoices.ts';
import type { Issuer } from './issuer.ts';
import type { Providers } from './payments/providers.ts';

type Queryable = Pick<pg.ClientBase, 'query'>;
type Terms = Pick<Policy, 'payment' | 'currency' | 'onAccount' | 'label'>;

/** Of a policy that says nothing of it. */
const UNSAID = { limitMinor: minorFrom(100_000n), overdueDays: 30 };

/** An invoice that waits for its money. */
interface OpenBill {
  readonly number: string;
  readonly issuedAt: Instant;
  readonly dueAt: Instant;
  /** With tax, less what was credited of it; minor units. */
  readonly minor: Minor;
}

/** What an account owes, and how much more it may owe. */
export interface Standing {
  /** At most this much may be open, in minor units; null: nothing is sold on account. */
  readonly limit: Minor | null;
  readonly currency: string;
  /** Whether the limit is the default, and nobody's word. */
  readonly isDefault: boolean;
  /** What is open, oldest first, and its sum. */
  readonly bills: readonly OpenBill[];
  readonly open: Minor;
  /** Those that are due so long that nothing more is sold on account; none while staff lets it. */
  readonly late: readonly OpenBill[];
  readonly overdueUntil: Instant | null;
}

/** A bill that would be added to what is open. */
export interface Asked {
  readonly customer: Customer;
  readonly lines: readonly InvoiceLine[];
  readonly timeZone: string;
  readonly now: Instant;
}

/** Decides what is sold before it is paid. Keeps nothing: everything is asked of the database. */
export class OnAccount {
  readonly #issuer: Issuer;
  readonly #providers: Providers;
  readonly #neverOverdue: boolean;

  /** `neverOverdue`: nobody is billed here, as in the studio on one's own machine. */
  constructor(parts: { issuer: Issuer; providers: Providers; neverOverdue: boolean }) {
    this.#issuer = parts.issuer;
    this.#providers = parts.providers;
    this.#neverOverdue = parts.neverOverdue;
  }

  async standing(client: Queryable, terms: Terms, accountId: AccountId, now: Instant): Promise<Standing> {
    const own = await allowanceOf(client, accountId);
    const bills = (await openBills(client, accountId)).map((bill) => ({
      ...bill,
      dueAt: bill.dueAt ?? laterBy(bill.issuedAt, days(daysToPay(this.#issuer))),
    }));
    const grace = days(terms.onAccount?.overdueDays ?? UNSAID.overdueDays);
    const overdueUntil = own?.overdueUntil ?? null;
    const waits = this.#neverOverdue || (overdueUntil !== null && now < overdueUntil);
    const limit = own?.limit ?? this.#defaultLimit(terms);
    return {
      limit: limit === 0n || !terms.payment.includes('invoice') ? null : limit,
      currency: terms.currency,
      isDefault: own?.limit == null,
      bills,
      open: sumMinor(bills.map(({ minor }) => minor)),
      late: waits ? [] : bills.filter(({ dueAt }) => now > laterBy(dueAt, grace)),
      overdueUntil,
    };
  }

  /** null: none. */
  #defaultLimit({ payment, onAccount }: Terms): Minor | null {
    if (payment.some((id) => this.#providers.hosted(id) !== undefined)) return null;
    return onAccount?.limit.minor ?? UNSAID.limitMinor;
  }

  /**
   * Lets the bill be added to what is open, or throws `not_offered` (nothing is sold on account) or `credit_limit_reached`. Called in the transaction
   * that books it, before its invoice is written.
   */
  async admit(client: Queryable, terms: Terms, { customer, lines, timeZone, now }: Asked): Promise<void> {
    const { totalMinor } = previewInvoice(this.#issuer, { customer, lines });
    if (totalMinor <= 0n) return;
    const standing = await this.standing(client, terms, customer.accountId, now);
    const why = this.blocked(terms, standing, timeZone, { minor: totalMinor, currency: terms.currency });
    if (why === null) return;
    throw new Refusal(standing.limit === null ? 'not_offered' : 'credit_limit_reached', `${why} Nothing was charged or granted.`, {
      ...standingWire(standing, why),
      amount: formatMoney({ minor: totalMinor, currency: terms.currency }),
    });
  }

  /** Why nothing (more), or not `more`, is sold on account, and what helps, in words; null: it is. */
  blocked(terms: Terms, { limit, open, late, currency }: Standing, timeZone: string, more?: Money): string | null {
    const money = (minor: Minor) => moneyText({ minor, currency });
    const elsewhere = terms.payment.flatMap((id) => this.#providers.hosted(id)?.label ?? []);
    const through = elsewhere.length === 0 ? '' : `Pay through ${elsewhere.join(' or ')}, or `;
    if (limit === null) return `This account does not buy on account. ${through === '' ? 'Write' : `${through}write`} to support.`;
    const [first, ...others] = late;
    if (first !== undefined) {
      const rest = others.length === 0 ? '' : `, and ${others.length} more ${others.length === 1 ? 'is' : 'are'} overdue`;
      return `Invoice ${first.number} over ${money(first.minor)} was due on ${dateText(first.dueAt, timeZone)}${rest}: nothing more is sold on account until that is paid. What was paid for stays, and work goes on. Pay it, or write to support.`;
    }
    if (open + (more?.minor ?? 1n) <= limit) return null;
    const what = more === undefined ? '' : ` This comes to ${money(more.minor)} with tax.`;
    return `${money(open)} of at most ${money(limit)} are open on account.${what} Pay open invoices first${through === '' ? '' : `, pay through ${elsewhere.join(' or ')}`}, or write to support for a higher limit.`;
  }
}

/** `blocked`: why nothing more is sold on account. */
export function standingWire(standing: Standing, blocked: string | null): OnAccountStanding {
  const { limit, currency, isDefault, open, bills, late, overdueUntil } = standing;
  const money = (minor: Minor) => formatMoney({ minor, currency });
  return {
    limit: limit === null ? null : money(limit),
    isDefault,
    open: money(open),
    left: money(limit === null || open >= limit ? NO_MONEY : subtractMinor(limit, open)),
    invoices: bills.map(({ number, issuedAt, dueAt, minor }) => ({
      number,
      issuedAt: rfc3339(issuedAt),
      dueAt: rfc3339(dueAt),
      open: money(minor),
      overdue: late.some((bill) => bill.number === number),
    })),
    allowOverdueUntil: overdueUntil === null ? null : rfc3339(overdueUntil),
    blocked,
  };
}

/** What staff said of this account; null: nothing. */
async function allowanceOf(
  client: Queryable,
  accountId: AccountId,
): Promise<{ readonly limit: Minor | null; readonly overdueUntil: Instant | null } | null> {
  const { rows } = await client.query<{ limit: string | null; overdue_until: Instant | null }>(
    'select limit_minor::text as limit, overdue_until from on_account where account_id = $1',
    [accountId],
  );
  const [row] = rows;
  return row ? { limit: row.limit === null ? null : minorFrom(BigInt(row.limit)), overdueUntil: row.overdue_until } : null;
}

/** Invoices without their money, less what was credited. What a provider is charging is not on account. */
async function openBills(
  client: Queryable,
  accountId: AccountId,
): Promise<(Omit<OpenBill, 'dueAt'> & { readonly dueAt: Instant | null })[]> {
  const { rows } = await client.query<{ number: string; issued_at: Instant; due: string | null; minor: string }>(
    `select i.number, i.issued_at, i.document::jsonb ->> 'dueAt' as due,
       round(100 * ((i.document::jsonb #>> '{invoice,total,amount}')::numeric + coalesce((
         select sum((c.document::jsonb #>> '{invoice,total,amount}')::numeric) from invoices c
         where c.account_id = i.account_id and c.credits = i.number and c.kind = 'credit-note'), 0)))::bigint::text as minor
     from invoices i
     where i.account_id = $1 and i.kind = 'invoice' and i.paid_at is null and not exists (
       select 1 from collections k where k.account_id = i.account_id and k.invoice = i.number and k.state <> 'ended')
     order by i.issued_at, i.number`,
    [accountId],
  );
  return rows
    .map(({ number, issued_at, due, minor }) => ({
      number,
      issuedAt: issued_at,
      dueAt: due === null ? null : parseInstant(due),
      minor: minorFrom(BigInt(minor)),
    }))
    .filter(({ minor }) => minor > 0n);
}

/** A limit as staff writes it, in minor units. Throws invalid_amount. */
export function limitIn(amount: string, currency: string): Minor {
  const money = parseMoney(amount, currency);
  if (!money) throw new Refusal('invalid_amount', 'A limit is an amount of money like "500.00". Nothing was changed.');
  return money.minor;
}

/** What staff allows from now on; `limit` null: the default. In the caller's transaction. */
export async function allow(
  client: Queryable,
  accountId: AccountId,
  { limit, currency, overdueUntil }: { readonly limit: Minor | null; readonly currency: string; readonly overdueUntil: Instant | null },
): Promise<void> {
  await client.query(
    `insert into on_account values ($1, $2, $3, $4)
     on conflict (account_id) do update set limit_minor = $2, currency = $3, overdue_until = $4`,
    [accountId, limit, currency, overdueUntil],
  );
}
