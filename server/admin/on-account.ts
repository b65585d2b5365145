/** What staff says of an account that buys before it pays: how much it may owe, and that a bill was paid. */
import type pg from 'pg';
import type { z } from 'zod';
import type { Invoice, OnAccountStanding, onAccountRequest, paidRequest } from '../../shared/api/index.ts';
import { decide } from '../../shared/credits/decide/decide.ts';
import { formatMoney } from '../../shared/credits/model/amount.ts';
import { awaitsMoney } from '../../shared/credits/model/clock.ts';
import { parseInstant } from '../../shared/credits/model/instants.ts';
import type { AccountState } from '../../shared/credits/model/model.ts';
import type { AccountId, OpId } from '../../shared/credits/model/quantities.ts';
import { isChargedByProvider, loadInvoice, markInvoicePaid, readListed } from '../billing/invoices/invoices.ts';
import type { Needs } from '../billing/needs.ts';
import { allow, limitIn, type Standing } from '../billing/on-account.ts';
import { readStanding } from '../billing/standing.ts';
import { rfc3339 } from '../clock.ts';
import { transaction } from '../db/database.ts';
import type { Witness } from '../identity/audit.ts';
import { fingerprintOf, isRemembered } from '../ledger/fingerprint.ts';
import { refused } from '../ledger/refusals.ts';
import { isNew } from '../ledger/staff-acts.ts';
import { idTaken, notFound, Refusal } from '../problems.ts';

/** Says how much the account may owe from now on. The same operation id says it once. */
export async function setOnAccount(
  needs: Pick<Needs, 'ledger' | 'pool' | 'onAccount'>,
  accountId: AccountId,
  { opId, ...content }: z.infer<typeof onAccountRequest>,
  witness: Witness,
): Promise<OnAccountStanding> {
  const { state } = await needs.ledger.newest(accountId);
  await transaction(needs.pool, async (client) => {
    if (!(await isNew(client, { opId, about: accountId, content: { accountId, onAccount: content } }))) return;
    const before = await standingOf(needs, client, state);
    const limit = content.limit === null ? null : limitIn(content.limit, before.currency);
    const { allowOverdueUntil: until } = content;
    const overdueUntil = until === undefined ? before.overdueUntil : until === null ? null : parseInstant(until);
    await allow(client, accountId, { limit, currency: before.currency, overdueUntil });
    const after = await standingOf(needs, client, state);
    await witness(client, { at: needs.ledger.now(state), accountId, opId, before: factsOf(before), after: factsOf(after) });
  });
  return readStanding(needs, accountId);
}

const standingOf = (needs: Pick<Needs, 'ledger' | 'onAccount'>, client: pg.PoolClient, state: AccountState): Promise<Standing> =>
  needs.onAccount.standing(client, needs.ledger.policyOf(state), state.accountId, needs.ledger.now(state));

const factsOf = ({ limit, currency, open, overdueUntil }: Standing) => ({
  limit: limit === null ? null : formatMoney({ minor: limit, currency }).amount,
  open: formatMoney({ minor: open, currency }).amount,
  allowOverdueUntil: overdueUntil === null ? null : rfc3339(overdueUntil),
});

/**
 * Notes that a whole invoice was paid, and in the same transaction in the ledger where a clock waited for that (PG-12). The same operation id notes it
 * once; paid already, it is a conflict.
 */
export async function notePayment(
  needs: Pick<Needs, 'ledger' | 'pool'>,
  accountId: AccountId,
  number: string,
  { opId, ...content }: z.infer<typeof paidRequest>,
  witness: Witness,
): Promise<Invoice> {
  if (content.invoice !== undefined && content.invoice !== number)
    throw new Refusal('invalid_request', `The address names invoice ${number}, the body another. Nothing was changed.`);
  const { state } = await needs.ledger.newest(accountId);
  const now = needs.ledger.now(state);
  const at = content.at === undefined ? now : parseInstant(content.at);
  if (at > now)
    throw new Refusal('invalid_instant', 'A payment is noted when it has come: this day is still to come. Nothing was changed.');
  const note = async (client: pg.PoolClient): Promise<Invoice> => {
    // Its row stays locked: of two who note it, one does.
    const { rows } = await client.query<{ paid: boolean }>(
      'select paid_at is not null as paid from invoices where account_id = $1 and number = $2 for update',
      [accountId, number],
    );
    const { invoice } = await loadInvoice(client, accountId, number);
    if (await isNew(client, { opId, about: accountId, content: { accountId, paid: number, content } })) {
      const listed = await readListed(client, accountId, number);
      const wrong = await unpayable(client, accountId, listed, rows[0]?.paid === true);
      if (wrong !== null) throw new Refusal('conflict', `${wrong} Nothing was changed.`);
      await markInvoicePaid(client, accountId, number, at);
      const paid = { invoice: number, total: invoice.total };
      await witness(client, {
        at: now,
        accountId,
        opId,
        before: { ...paid, state: listed.state },
        after: { ...paid, state: 'paid', paidAt: rfc3339(at) },
      });
    }
    return readListed(client, accountId, number);
  };
  const inLedger = await noteInLedger(needs, accountId, { opId, number, content }, note);
  return inLedger ?? transaction(needs.pool, note);
}

/** Where what the invoice billed waits for its money: both in one transaction. null: nothing does, and nothing was written. */
async function noteInLedger(
  needs: Pick<Needs, 'ledger' | 'pool'>,
  accountId: AccountId,
  { opId, number, content }: { readonly opId: OpId; readonly number: string; readonly content: object },
  note: (client: pg.PoolClient) => Promise<Invoice>,
): Promise<Invoice | null> {
  const purchaseOpId = await billedFor(needs.pool, accountId, number);
  const said = { paid: number, content };
  let noted: Invoice | null = null;
  await needs.ledger.run(accountId, {
    opIds: [opId],
    decide: (state, now, known) => {
      const before = known.get(opId);
      if (before && !isRemembered(before.fingerprint, said)) throw idTaken('Nothing was changed.');
      noted = null;
      if (before || !awaitsMoney(state, purchaseOpId)) return { entries: [], state, operations: [], answer: () => undefined };
      const policy = needs.ledger.policyOf(state);
      const decision = decide(policy, state, { kind: 'note-payment', by: 'staff', opId, purchaseOpId }, now);
      if (!decision.ok) throw refused(policy, decision.refusal, state.timeZone);
      const entry = decision.entries.findIndex((one) => one.opId === opId);
      return {
        entries: decision.entries,
        state: decision.state,
        operations: [{ opId, fingerprint: fingerprintOf(said), entry, outcome: null }],
        answer: () => undefined,
      };
    },
    alongside: async (client, { entries }) => {
      if (entries.length > 0) noted = await note(client);
    },
  });
  return noted;
}

/** The operation that the invoice bills. Throws not_found. */
async function billedFor(db: Pick<pg.ClientBase, 'query'>, accountId: AccountId, number: string): Promise<OpId> {
  const { rows } = await db.query<{ op_id: OpId }>('select op_id from invoices where account_id = $1 and number = $2', [accountId, number]);
  if (!rows[0]) throw notFound('invoice');
  return rows[0].op_id;
}

/** `paid`: whether it was, also where a list calls it credited since. */
async function unpayable(client: pg.PoolClient, accountId: AccountId, { number, kind }: Invoice, paid: boolean): Promise<string | null> {
  if (kind === 'credit-note') return `${number} is a credit note: nothing is to be paid of it.`;
  if (paid) return `Invoice ${number} was paid already.`;
  return (await isChargedByProvider(client, accountId, number))
    ? `Invoice ${number} is being charged to the payment method of the account: what comes of that is booked by itself.`
    : null;
}
