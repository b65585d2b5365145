/** What an unpaid renewal means for the account, in words (GS-10), and what follows when it stays unpaid. */
import type pg from 'pg';
import { z } from 'zod';
import type { Dunning } from '../../../shared/api/index.ts';
import { formatMoney } from '../../../shared/credits/model/amount.ts';
import { dateText, moneyText } from '../../../shared/credits/model/amount-text.ts';
import { days } from '../../../shared/credits/model/durations.ts';
import { laterBy } from '../../../shared/credits/model/instants.ts';
import type { AccountState } from '../../../shared/credits/model/model.ts';
import type { Instant, OpId } from '../../../shared/credits/model/quantities.ts';
import { rfc3339 } from '../../clock.ts';
import { transaction } from '../../db/database.ts';
import { derivedId } from '../../derived-id.ts';
import { execute } from '../../ledger/command.ts';
import { creditBill } from '../invoices/crediting.ts';
import type { Needs } from '../needs.ts';
import { totalOf } from '../payments/provider.ts';
import { tellFailure } from './failure.ts';
import { type Collection, record, unpaidOf } from './store.ts';

/** The answer to the end of an unpaid plan. */
const ended = z.object({ ended: z.literal(true) });

/** When it is retried after the attempt that just failed; null: never. */
export function nextAttempt({ retryDays, attempts }: Pick<Collection, 'retryDays' | 'attempts'>, now: Instant): Instant | null {
  const wait = retryDays[attempts];
  return wait === undefined ? null : laterBy(now, days(wait));
}

/** What the account has to know about its renewals; null: nothing. */
export async function readDunning(
  needs: Pick<Needs, 'pool'>,
  { accountId, timeZone, subscription }: AccountState,
): Promise<Dunning | null> {
  const unpaid = await unpaidOf(needs.pool, accountId);
  // Whoever subscribed again is past it.
  if (!unpaid || (unpaid.state === 'ended' && subscription?.status !== 'ended')) return null;
  return dunningOf(unpaid, timeZone);
}

function dunningOf(collection: Collection, timeZone: string): Dunning | null {
  const { state, attempts, retryDays, nextAt, periodStart, invoice, price } = collection;
  if (state === 'paid') return null;
  const total = { minor: totalOf(price), currency: price.currency };
  return {
    state: state === 'due' ? 'pending' : state,
    attempt: attempts,
    attempts: retryDays.length + 1,
    nextAttemptAt: state === 'past_due' && nextAt !== null ? rfc3339(nextAt) : null,
    invoice,
    amount: formatMoney(total),
    reason: collection.reason,
    message: sentenceOf(collection, moneyText(total), dateText(periodStart, timeZone), nextAt === null ? '' : dateText(nextAt, timeZone)),
  };
}

function sentenceOf({ state, attempts, retryDays, reason }: Collection, amount: string, renewal: string, next: string): string {
  const tried = `attempt ${attempts} of ${retryDays.length + 1}`;
  switch (state) {
    case 'past_due':
      return `The renewal of ${renewal} could not be charged (${tried}): ${reason}. Nothing was charged; ${amount} is tried again on ${next}. Your plan and its credit stay until then. A payment method can be changed on the payment page.`;
    case 'ended':
      return `The renewal of ${renewal} could not be charged (${tried}): ${reason}. The plan has ended, its unused credit of that period is gone, and nothing was charged for it. Purchased credit stays. Subscribe again whenever you like.`;
    default:
      return `The renewal of ${renewal} is being charged: ${amount}.`;
  }
}

/** The last attempt failed: the plan ends at once, what it gave for the unpaid period goes, and the bill is credited. */
export async function giveUp(
  needs: Pick<Needs, 'ledger' | 'pool' | 'clock' | 'issuer'>,
  collection: Collection,
  reason: string,
): Promise<void> {
  const { accountId, periodStart, reference, attempts } = collection;
  await endPeriod(needs, collection, derivedId('unpaid renewal', accountId, periodStart), async (client) => {
    // Paid at the last moment: then nothing of this may happen.
    const after = { state: 'ended', attempts: attempts + 1, nextAt: null, reason } as const;
    if (!(await record(client, reference, after))) throw new PaidAtLast();
    await tellFailure(client, collection, after, needs.clock.now());
  });
}

/** Ends the plan of an unpaid period, if it still runs, and credits its bill, in one transaction with `also`. */
async function endPeriod(
  needs: Pick<Needs, 'ledger' | 'pool' | 'issuer'>,
  collection: Collection,
  opId: OpId,
  also: (client: pg.PoolClient) => Promise<void>,
): Promise<void> {
  const { accountId, reference, periodStart, customer, description, invoice } = collection;
  const money = { minor: collection.price.net, currency: collection.price.currency };
  const credit = async (client: pg.PoolClient, now: Instant): Promise<void> => {
    await also(client);
    await creditBill(client, needs.issuer, { opId, issuedAt: now, customer, description, money, invoice });
  };
  const { state: before } = await needs.ledger.newest(accountId);
  const { subscription } = before;
  const runs = subscription?.period.start === periodStart && subscription.status !== 'ended' && subscription.status !== 'paused';
  if (!runs) return transaction(needs.pool, (client) => credit(client, needs.ledger.now(before)));
  await execute(needs.ledger, accountId, {
    opId,
    kind: 'unpaid-renewal',
    stored: ended,
    content: { reference },
    command: () => ({ kind: 'end-plan', opId, since: periodStart }),
    async answer({ now }, client) {
      await credit(client, now);
      return { ended: true };
    },
  });
}

/** The bank said yes while the plan was about to end. */
export class PaidAtLast extends Error {}
