/** Buying credit: a pack, or an amount where the policy sells by amount. Booked, invoiced and granted in one transaction. */
import type pg from 'pg';
import type { z } from 'zod';
import type { Purchase, PurchaseAnswer, purchaseRequest, WalletGrant } from '../../shared/api.ts';
import { formatMoney } from '../../shared/credits/amount.ts';
import type { Command, GrantReceipt } from '../../shared/credits/commands.ts';
import { decide } from '../../shared/credits/decide.ts';
import type { AccountState, Money } from '../../shared/credits/model.ts';
import type { Policy } from '../../shared/credits/policy.ts';
import { rfc3339 } from '../clock.ts';
import type { Books } from '../ledger/books.ts';
import { fingerprint } from '../ledger/fingerprint.ts';
import { refused } from '../ledger/refusals.ts';
import type { KnownOperation } from '../ledger/store.ts';
import { amountsOf, newGrant } from '../ledger/wire.ts';
import type { Work } from '../ledger/writer.ts';
import { notFound, Refusal } from '../problems.ts';
import { type Customer, invoiceOfOperation, issueInvoice } from './invoices.ts';

type PurchaseRequest = z.infer<typeof purchaseRequest>;

interface Bought {
  readonly state: AccountState | null;
  readonly known: KnownOperation | null;
}

export class Purchases {
  readonly #books: Books;

  constructor(books: Books) {
    this.#books = books;
  }

  /** The same operation id answers the same purchase and invoice; with another body it is a conflict. */
  async buy(accountId: string, request: PurchaseRequest): Promise<PurchaseAnswer> {
    const { opId, ...rest } = request;
    if ((rest.packId === undefined) === (rest.amount === undefined))
      throw new Refusal('invalid_request', 'Name either a packId or an amount. Nothing was charged.');
    if (rest.provider && rest.provider !== 'invoice')
      throw new Refusal('not_offered', `Payment through ${rest.provider} is not set up on this server. Nothing was charged.`);
    const print = fingerprint({ purchase: rest });
    const customer = await this.#books.customer(accountId);
    const { known } = await this.#books.writer.run(accountId, this.#work(request, print, customer));
    if (known && known.fingerprint !== print)
      throw new Refusal('conflict', 'This operation id was used for something else. Nothing was charged.');
    return this.#answer(accountId, opId);
  }

  #work(request: PurchaseRequest, print: string, customer: Customer): Work<Bought> {
    const { opId } = request;
    let bought: StoredPurchase | undefined;
    let paid: Money | undefined;
    let label = '';
    return {
      opIds: [opId],
      decide: (state, now, knownOps) => {
        const known = knownOps.get(opId);
        if (known) return { entries: [], state, operations: [], answer: () => ({ state, known }) };
        const policy = this.#books.policies.of(state);
        const decision = decide(policy, state, commandOf(policy, request), now);
        if (!decision.ok) throw refused(policy, decision.refusal);
        const { receipt } = decision;
        if (receipt.kind !== 'granted' || receipt.paid === null) throw new Error('The engine answered a purchase with something else.');
        const entry = decision.entries.findIndex((e) => e.kind === 'granted' && e.grantId === receipt.grant.grantId);
        paid = receipt.paid;
        const amounts = amountsOf(policy);
        label = labelOf(policy, receipt.grant);
        const credits = amounts.format(receipt.grant.amount);
        const purchase: Purchase = {
          opId,
          packId: request.packId ?? null,
          credits,
          paid: formatMoney(receipt.paid),
          provider: 'invoice',
          status: 'complete',
          at: rfc3339(now),
          invoice: null,
          grantId: receipt.grant.grantId,
        };
        bought = { purchase, grant: newGrant(amounts, receipt.grant, 'purchase') };
        return {
          entries: decision.entries,
          state: decision.state,
          operations: [{ opId, fingerprint: print, entry, outcome: null }],
          answer: (after) => ({ state: after.state, known: null }),
        };
      },
      alongside: async (client) => {
        if (!bought || !paid) return;
        const { purchase } = bought;
        const { invoice } = await issueInvoice(client, {
          kind: 'invoice',
          opId,
          issuedAt: Date.parse(purchase.at),
          description: label,
          customer,
          currency: paid.currency,
          lines: [{ text: label, quantity: '1', unitMinor: paid.minor, netMinor: paid.minor }],
          state: 'open',
          credits: null,
        });
        await client.query('insert into purchases values ($1, $2, $3, $4)', [
          customer.accountId,
          opId,
          Date.parse(purchase.at),
          JSON.stringify({ ...bought, purchase: { ...purchase, invoice: invoice.number } } satisfies StoredPurchase),
        ]);
      },
    };
  }

  async #answer(accountId: string, opId: string): Promise<PurchaseAnswer> {
    const { purchase, grant } = await loadPurchase(this.#books.pool, accountId, opId);
    const invoice = await invoiceOfOperation(this.#books.pool, accountId, opId);
    return { purchase, grant, ...(invoice ? { invoice } : {}) };
  }
}

function commandOf(policy: Policy, request: PurchaseRequest): Command {
  const { opId, packId, amount, currency } = request;
  if (currency !== undefined && currency.toUpperCase() !== policy.currency)
    throw new Refusal('currency_mismatch', `Prices here are in ${policy.currency}, not ${currency}. Nothing was charged.`);
  if (packId !== undefined) return { kind: 'purchase', opId, packId };
  return { kind: 'top-up', opId, amount: amountsOf(policy).parse(amount ?? '') };
}

function labelOf(policy: Policy, { amount, expiresAt }: GrantReceipt): string {
  const what =
    policy.unit.code === 'credit'
      ? `${amountsOf(policy).format(amount)} credits`
      : `Balance of ${amountsOf(policy).format(amount)} ${policy.unit.code}`;
  return `${what}, ${policy.label}${expiresAt === null ? '' : `, valid until ${rfc3339(expiresAt).slice(0, 10)}`}`;
}

/** Both as they were when it was bought. */
interface StoredPurchase {
  readonly purchase: Purchase;
  readonly grant: WalletGrant;
}

export async function loadPurchase(db: Pick<pg.Pool, 'query'>, accountId: string, opId: string): Promise<StoredPurchase> {
  const { rows } = await db.query<{ document: string }>('select document from purchases where account_id = $1 and op_id = $2', [
    accountId,
    opId,
  ]);
  const row = rows[0];
  if (!row) throw notFound('purchase');
  // Written by Purchases only.
  return JSON.parse(row.document) as StoredPurchase;
}
