/**
 * A refund that the provider did not make after all: Paddle rejects some on review, and banks send some back. The ledger had booked it when it was
 * asked for, so what it took returns, what its credit note took off is billed again, and the account is told that nothing came.
 */
import { parseMoney } from '../../../shared/credits/model/amount.ts';
import type { EntryOf } from '../../../shared/credits/model/model.ts';
import type { AccountId, Instant } from '../../../shared/credits/model/quantities.ts';
import { transaction } from '../../db/database.ts';
import { derivedId } from '../../derived-id.ts';
import { acknowledged, execute } from '../../ledger/command.ts';
import { sinceRefund } from '../../ledger/grant-facts.ts';
import { announce } from '../../outbox.ts';
import { Refusal } from '../../problems.ts';
import { loadCustomer } from '../customer.ts';
import { rebill } from '../invoices/crediting.ts';
import { creditNoteOf } from '../invoices/invoices.ts';
import type { Needs } from '../needs.ts';
import { checkoutBy, refundRefusedOf } from '../payments/checkout-store.ts';
import { type Payout, payoutBy, refusePayout } from '../payments/payouts.ts';
import type { HostedProvider, ProviderEvent } from '../payments/provider.ts';
import { firstPayment, renewalPayment } from './plan-payment.ts';

type Refused = Extract<ProviderEvent, { kind: 'refund-refused' }>;

/** False: what it is about is not known yet, or a dispute holds the rest of it, so it waits. */
export async function refundRefused(
  needs: Pick<Needs, 'ledger' | 'pool' | 'clock' | 'issuer'>,
  provider: HostedProvider,
  event: Refused,
): Promise<boolean> {
  const { pool } = needs;
  const payout = await payoutBy(pool, provider.id, event.refundId, event.opId);
  const checkout = await checkoutBy(pool, 'payment_id', provider.id, event.subject);
  const plan = checkout ? await firstPayment(needs, checkout) : await renewalPayment(needs, event.subject);
  const accountId = payout?.accountId ?? checkout?.accountId ?? plan?.accountId;
  if (accountId === undefined) return false;
  const names = [payout?.opId, derivedId('refund', provider.id, event.refundId), derivedId('plan refunded', provider.id, event.refundId)];
  const [refund] = await needs.ledger.operations(
    accountId,
    names.filter((name) => name !== undefined),
  );
  if (refund) {
    const entry = (await needs.ledger.entriesAt(accountId, [refund.seq])).get(refund.seq);
    if (entry?.kind !== 'refunded') return true;
    return takeBack(needs, provider, { accountId, entry, payout, event, period: plan?.period });
  }
  // A payment that could not be used, and had granted nothing: there is nothing to book, only to say.
  if (payout) await sayOnly(needs, provider, payout, event);
  return payout !== null;
}

interface Matter {
  readonly accountId: AccountId;
  readonly entry: EntryOf<'refunded'>;
  readonly payout: Payout | null;
  readonly event: Refused;
  readonly period: { readonly start: Instant } | undefined;
}

async function takeBack(
  needs: Pick<Needs, 'ledger' | 'pool' | 'issuer'>,
  provider: HostedProvider,
  { accountId, entry, payout, event, period }: Matter,
): Promise<boolean> {
  const opId = derivedId('refund refused', provider.id, event.refundId);
  const customer = await loadCustomer(needs.pool, accountId);
  const [asked] = await needs.ledger.operations(accountId, [entry.opId]);
  const since = asked ? await sinceRefund(needs.ledger, accountId, entry.opId, asked.seq) : null;
  try {
    await execute(needs.ledger, accountId, {
      opId,
      kind: 'refund-refused',
      stored: acknowledged,
      content: { refund: entry.opId },
      command: () => ({
        kind: 'refund-refused',
        opId,
        refund: entry,
        takenSince: since?.taken,
        lapsedSince: since?.lapsed,
        restores: period,
      }),
      async answer({ policy, now }, client) {
        const note = await creditNoteOf(client, accountId, entry.opId);
        const net = note && parseMoney(note.net.amount.replace(/^-/, ''), note.net.currency);
        if (note?.credits && net)
          await rebill(client, needs.issuer, { opId, issuedAt: now, customer, of: policy.label, money: net, invoice: note.credits });
        if (payout) await refusePayout(client, payout, now);
        await refundRefusedOf(client, provider.id, event.subject);
        await tell(client, provider, event, { accountId, returned: true, at: now });
        return { opId };
      },
    });
    return true;
  } catch (error) {
    if (error instanceof Refusal && error.code === 'conflict' && (await needs.ledger.operations(accountId, [opId])).length === 0)
      return false;
    throw error;
  }
}

async function sayOnly(needs: Pick<Needs, 'pool' | 'clock'>, provider: HostedProvider, payout: Payout, event: Refused): Promise<void> {
  const now = needs.clock.now();
  await transaction(needs.pool, async (client) => {
    await refusePayout(client, payout, now);
    await refundRefusedOf(client, provider.id, event.subject);
    await tell(client, provider, event, { accountId: payout.accountId, returned: false, at: now });
  });
}

function tell(
  client: Parameters<typeof announce>[0],
  provider: HostedProvider,
  { refundId, minor, currency }: Refused,
  { accountId, returned, at }: { readonly accountId: AccountId; readonly returned: boolean; readonly at: Instant },
): Promise<void> {
  const amount = { amount: `${BigInt(minor) / 100n}.${String(BigInt(minor) % 100n).padStart(2, '0')}`, currency };
  return announce(client, {
    accountId,
    eventId: `evt_${derivedId('refund refused', provider.id, refundId)}`,
    type: 'refund.refused',
    at,
    data: { provider: provider.label, amount, returned },
  });
}
